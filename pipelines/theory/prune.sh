#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Width requires depth: trains the control from SEEDS starts (3), compiles each by rotations with fewer and fewer rows, and
# trains on what is left for ten epochs; beside it the same shape from a start of its own, thirty epochs. Two learning rates
# each; validation chooses between them. docs/theory.md shows the outcome.
#
#     pipelines/theory/prune.sh FOLDER [KEY=VALUE..]   settings for all, such as encoder.latent.weights="..."
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2); ROWS: how many are left. What is there is not made again.
set -euo pipefail
folder=$(realpath -m "${1:?usage: prune.sh FOLDER [KEY=VALUE..]}")
shift
here=$(cd "$(dirname "$0")" && pwd)
glia=${GLIA_PROGRAM:-glia}
rows=${ROWS:-80 48 40 33 26 20 14 10 6}
mkdir -p "$folder/control"
for seed in $(seq 1 "${SEEDS:-3}"); do
  [ -e "$folder/control/$seed" ] ||
    "$glia" run "$here/control.toml" -q -o "$folder/control/$seed" "pipeline.seed=$seed" "$@"
  for left in $rows; do
    place=$folder/rows/$left-$seed
    [ -e "$place" ] ||
      "$glia" compile "$folder/control/$seed" --head neurons --mode rotations --rows "$left" -o "$place"
    cat > "$place/trained.toml" <<END
# What is left of the matrix, trained on, and the same shape from a start of its own.
extends = "pipeline.toml"

[network.neural_layers]
freeze = false
defaults = { init = "orthogonal" }

[head.neurons]
train = { schedule = "cosine" }

[sweep]
seeds = 1

[sweep.axes]
"head.neurons.train.learning_rate" = [1e-3, 4e-3]

[[sweep.zip]]
"network.neural_layers.weights" = ["$place/weights.safetensors", ""]
"head.neurons.train.epochs" = [10, 30]
END
    [ -e "$place/trained" ] || "$glia" sweep "$place/trained.toml" -j "${JOBS:-2}" -o "$place/trained"
  done
done
[ ! -e "$folder/figure" ] || rm -r "$folder/figure"  # drawn anew
"$glia" compile --pruned "$folder"/rows/* -o "$folder/figure"
