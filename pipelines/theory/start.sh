#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Trains the control from SEEDS starts (20), compiles each, and trains on: the control as it is, and its matrix with all
# weights free, ten epochs each. Then the same two networks from starts of their own, thirty epochs. docs/theory.md shows
# the outcome.
#
#     pipelines/theory/start.sh FOLDER [KEY=VALUE..]   settings for all, such as encoder.latent.weights="..."
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2).
set -euo pipefail
folder=$(realpath -m "${1:?usage: start.sh FOLDER [KEY=VALUE..]}")
shift
here=$(cd "$(dirname "$0")" && pwd)
glia=${GLIA_PROGRAM:-glia}
seeds=$(seq 1 "${SEEDS:-20}")
mkdir -p "$folder"
for seed in $seeds; do
  [ -e "$folder/control/$seed" ] ||
    "$glia" run "$here/control.toml" -q -o "$folder/control/$seed" "pipeline.seed=$seed" "$@"
  [ -e "$folder/compiled/$seed" ] ||
    "$glia" compile "$folder/control/$seed" --head neurons --seed "$seed" -o "$folder/compiled/$seed"
done
list() { for seed in $seeds; do printf '"%s", ' "$folder/$1/$seed/$2"; done; }
cat > "$folder/on.toml" <<END
extends = "$here/start.toml"

[head.neurons]
train = { epochs = 10, learning_rate = 1e-2, schedule = "cosine" }

[head.astrocytes]
train = { epochs = 10, learning_rate = 1e-3 }

[sweep]
seeds = 1

[[sweep.zip]]
"network.neural_layers.weights" = [$(list control checkpoints/neurons.safetensors)]
"network.matrix.weights" = [$(list compiled weights.safetensors)]
END
"$glia" sweep "$folder/on.toml" -j "${JOBS:-2}" -o "$folder/on" "$@"
"$glia" sweep "$here/start.toml" -j "${JOBS:-2}" -o "$folder/own" --seeds "${SEEDS:-20}" "$@"
"$glia" sweep "$here/start.toml" -j "${JOBS:-2}" -o "$folder/fan_in" --seeds "${SEEDS:-20}" \
  network.matrix.defaults.init=fan_in head.neurons.train.epochs=1 "$@"
