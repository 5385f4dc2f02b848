# First file: `swift package describe`; then Swift sources. Fails on an import of one of the package's modules that the
# importing module does not declare as a dependency (SwiftPM lets it pass when another module happens to bring it).

FNR == 1 {
  file++
  owner = ""
  for (target in path) {
    if (index(FILENAME, path[target] "/") == 1 && length(path[target]) > length(path[owner])) owner = target
  }
}

file == 1 && /^Targets:/ { in_targets = 1 }
file == 1 && in_targets && /^    Name: / { target = $2 }
file == 1 && in_targets && /^    Path: / { path[target] = $2 }
file == 1 && in_targets && /^    [A-Z]/ { section = $0 }
file == 1 && in_targets && section ~ /Target dependencies:/ && /^        / { declared[target, $1] = 1 }

file > 1 && owner != "" && /^[ \t]*((@[A-Za-z()]+|public|internal|package)[ \t]+)*import[ \t]/ {
  module = $NF
  if (module in path && module != owner && !((owner, module) in declared)) {
    print "lint: " FILENAME ":" FNR ": " owner " imports " module " without declaring it" > "/dev/stderr"
    status = 1
  }
}

END { exit status }
