# First file: README.md, whose table between <!-- modules --> and <!-- /modules --> lists modules, lowest first.
# Second file: `swift package describe`. Fails on a library module that is missing in the table, on one that does not
# exist, and on a dependency that is not above its user.

function complain(text) {
  print "lint: " text > "/dev/stderr"
  status = 1
}

FNR == 1 { file++ }

file == 1 && /<!-- modules -->/ { in_table = 1 }
file == 1 && /<!-- \/modules -->/ { in_table = 0 }
file == 1 && in_table && /^\| `/ {
  count = split($0, cells, "|")
  words = split(cells[2], names, "`")
  for (i = 2; i <= words; i += 2) order[names[i]] = ++rank
}

file == 2 && /^Targets:/ { in_targets = 1 }
file == 2 && in_targets && /^    Name: / { target = $2; section = "" }
file == 2 && in_targets && /^    Type: / { type[target] = $2 }
file == 2 && in_targets && /^    [A-Z]/ { section = $0 }
file == 2 && in_targets && section ~ /Target dependencies:/ && /^        / { uses[target, ++use_count[target]] = $1 }

function place(module) { return module ~ /^Kernels(X86|Arm)/ ? order["Kernels"] : order[module] }

END {
  if (rank == 0) complain("README.md has no table of modules between <!-- modules --> and <!-- /modules -->")
  for (target in type) {
    if (type[target] == "test" || target == "TestSupport") continue
    target_count++
    if (!place(target)) complain(target " is not in README.md's table of modules")
    for (i = 1; i <= use_count[target]; i++) {
      used = uses[target, i]
      if (place(used) >= place(target)) complain(target " depends on " used ", which is not below it")
    }
  }
  for (module in order) {
    if (module != "Kernels" && !(module in type)) complain(module " is in README.md's table but not in Package.swift")
  }
  if (target_count == 0) complain("swift package describe named no targets")
  exit status
}
