#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Repeats the published experiments, 20 seeds each, and writes RESULTS.md and its figures anew, with the build that ran them.
#
#     pipelines/published/repeat.sh FOLDER [NAME..]    NAME: leak, noise, ... (all nine; digits_joint trains 20 encoders)
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2); OUT: the page (RESULTS.md beside this file). A sweep that is there is
# gone on with. The page is written once all nine are there: half of it would stand for the whole.
set -euo pipefail
folder=$(realpath -m "${1:?usage: repeat.sh FOLDER [NAME..]}")
shift
here=$(cd "$(dirname "$0")" && pwd)
glia=${GLIA_PROGRAM:-glia}
all="digits_joint digits_pretrained digits_sparse_projection digits_gaussian_projection leak noise drop xor fashion"
mkdir -p "$folder"
for name in ${*:-$all}; do
  if [ -e "$folder/$name" ]; then
    "$glia" resume "$folder/$name" -q
  else
    "$glia" sweep "$here/$name.toml" -j "${JOBS:-2}" -o "$folder/$name" -q
  fi
done
places=()
for name in $all; do
  [ -e "$folder/$name/results.json" ] || { echo "still to come: $name; no page is written"; exit 0; }
  places+=("$folder/$name")
done
"$glia" report --published "$here/published.json" "${places[@]}" -o "${OUT:-$here/RESULTS.md}"
