#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `tpe` beside `random`: search_small.toml in a cheaper form (15,000 digits, five epochs), 40 trials of each, REPETITIONS (5) times, with
# sweep.sampling_seed from 1 on. Prints a line for each search: sampler, sampling seed, its best validation accuracy. ../README.md shows
# the outcome.
#
#     pipelines/best/samplers.sh FOLDER
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2). A search that is there is gone on with.
set -euo pipefail
folder=$(realpath -m "${1:?usage: samplers.sh FOLDER}")
here=$(cd "$(dirname "$0")" && pwd)
glia=${GLIA_PROGRAM:-glia}
mkdir -p "$folder"
for seed in $(seq 1 "${REPETITIONS:-5}"); do
  for sampler in tpe random; do
    if [ -e "$folder/$sampler-$seed" ]; then
      "$glia" resume "$folder/$sampler-$seed" -q > /dev/null
    else
      "$glia" sweep "$here/search_small.toml" "sweep.sampler=$sampler" -j "${JOBS:-2}" -o "$folder/$sampler-$seed" -q "sweep.sampling_seed=$seed" \
        dataset.digits.train_limit=15000 head.astrocytes.train.epochs=5 > /dev/null
    fi
    echo "$sampler $seed $("$glia" best "$folder/$sampler-$seed" --json | grep -m 1 -o '"objective": *[0-9.]*' | grep -o '[0-9.]*$')"
  done
done
