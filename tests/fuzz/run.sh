#!/usr/bin/env bash
# tests/fuzz/run.sh [MINUTES [TARGET...]]: builds the fuzz targets with clang and runs each so long
# (one minute). New inputs are kept in build-fuzz/corpus, findings in build-fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-1}
shift || true
cmake --preset fuzz > /dev/null
cmake --build build-fuzz --target fuzzers
[ $# -gt 0 ] || set -- $(cd tests/fuzz/seeds && ls)
for target in "$@"; do
  mkdir -p "build-fuzz/corpus/$target" build-fuzz/findings
  echo "$target: $minutes min"
  "build-fuzz/bin/fuzz_$target" "build-fuzz/corpus/$target" "tests/fuzz/seeds/$target" \
    -max_total_time=$((60 * minutes)) -timeout=10 -rss_limit_mb=4096 -max_len=65536 \
    -artifact_prefix="build-fuzz/findings/$target-" -print_final_stats=1 2>&1 | tail -n 12
done
