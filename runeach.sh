#!/bin/bash
# each case in a process of its own
p=$1; s=""
for t in $($p --gtest_list_tests | sed 's/ *#.*//' | awk '/^[^ ]/{s=$1} /^ /{print s $1}'); do
  out=$(timeout 40 $p --gtest_filter="$t" 2>&1) || { echo "FAIL($?) $t"; echo "$out" | grep -vE "^\[|^$|Note:" | tail -12; }
done
