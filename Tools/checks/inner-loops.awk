# Reads `objdump -d --no-show-raw-insn`, x86-64 or arm64; prints every call inside an innermost loop of the functions
# whose names match `functions`, then how many loops there were. A loop is what a backward jump jumps over.

function padded(address) { return sprintf("%16s", address) }

function finish_function(   i, j, innermost) {
  for (i = 0; i < loop_count; i++) {
    innermost = 1
    for (j = 0; j < loop_count && innermost; j++) {
      if (j != i && loop_start[j] >= loop_start[i] && loop_end[j] <= loop_end[i] \
          && (loop_start[j] != loop_start[i] || loop_end[j] != loop_end[i])) innermost = 0
    }
    if (!innermost) continue
    total++
    for (j = 0; j < call_count; j++) {
      if (call_address[j] > loop_start[i] && call_address[j] < loop_end[i]) print name ": " call_text[j]
    }
  }
  loop_count = call_count = 0
}

/^[0-9a-f]+ <.*>:$/ {
  finish_function()
  name = $2
  gsub(/[<>:]/, "", name)
  is_wanted = name ~ functions
  next
}

is_wanted && /^ *[0-9a-f]+:/ {
  address = $1
  sub(/:$/, "", address)
  address = padded(address)
  target = $3
  for (i = 3; i <= NF && $i !~ /^</; i++) target = $i
  sub(/^0x/, "", target)
  if ($2 ~ /^(call|callq|bl|blr)$/) {
    call_address[call_count] = address
    text = $0
    sub(/^ */, "", text)
    call_text[call_count++] = text
  } else if ($2 ~ /^(j[a-z]+|b|b\.[a-z]+|cbn?z|tbn?z)$/ && target ~ /^[0-9a-f]+$/ && padded(target) <= address) {
    loop_start[loop_count] = padded(target)
    loop_end[loop_count++] = address
  }
}

END {
  finish_function()
  print "loops: " total + 0
}
