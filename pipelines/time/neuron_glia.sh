#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Do astrocytes that strengthen and weaken weights help neurons to classify? Eight neurons, each with an astrocyte, hear a sample six
# times; as many neurons as there are classes read their last answer. The rule is rebuilt from what others made of Porto-Pazos
# et al. (2011), which leaves open whether the weights are those by which a neuron hears or those by which it is heard: both
# are run, and none for a control, 20 seeds each. Trained by gradients, where theirs were bred. docs/time.md shows the outcome.
#
# Over iris (150 flowers, 4 numbers, 3 kinds) and breast cancer (569 samples, 30 numbers, 2 kinds), the tables that come with
# scikit-learn (Debian: python3-sklearn). A third of each, drawn once, is tested on; numbers are standardised by the rest.
#
#     pipelines/time/neuron_glia.sh FOLDER [KEY=VALUE..]   settings for both, such as network.neurons.pattern.tripartite.iterations=4
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2); TABLES: the folder of iris.csv and breast_cancer.csv.
set -euo pipefail
folder=$(realpath -m "${1:?usage: neuron_glia.sh FOLDER [KEY=VALUE..]}")
shift
glia=${GLIA_PROGRAM:-glia}
tables=${TABLES:-/usr/lib/python3/dist-packages/sklearn/datasets/data}

# NAME COLUMNS CLASSES [KEY=VALUE..]: makes its train.csv and test.csv, and sweeps over them.
run() {
  local name=$1 columns=$2 classes=$3
  shift 3
  mkdir -p "$folder/$name"
  tail -n +2 "$tables/$name.csv" | tr -d '\r' | shuf --random-source=<(yes) > "$folder/$name/all"
  awk -F, -v OFS=, -v out="$folder/$name" '
    { for (i = 1; i <= NF; ++i) x[NR, i] = $i }
    END {
      held = int(NR / 3)
      for (i = 1; i < NF; ++i) {
        sum = squares = 0
        for (r = held + 1; r <= NR; ++r) sum += x[r, i]
        mean = sum / (NR - held)
        for (r = held + 1; r <= NR; ++r) squares += (x[r, i] - mean) ^ 2
        for (r = 1; r <= NR; ++r) x[r, i] = sprintf("%.6f", (x[r, i] - mean) / sqrt(squares / (NR - held)))
      }
      for (r = 1; r <= NR; ++r) {
        line = x[r, 1]
        for (i = 2; i <= NF; ++i) line = line OFS x[r, i]
        print line > (out "/" (r <= held ? "test" : "train") ".csv")
      }
    }' "$folder/$name/all"
  cat > "$folder/$name/pipeline.toml" <<END
[pipeline]
name = "neurons and glia"
seed = 1

[dataset.table]
plugin = "csv"
train_file = "$folder/$name/train.csv"
test_file = "$folder/$name/test.csv"
header = false
target = "$columns"

[encoder.numbers]
plugin = "identity"
input = "table"

[network.neurons]
input = "numbers"
pattern = [{ wave = "tripartite", width = 8 }, { wave = "linear", width = $classes }]

[head.names]
plugin = "classifier"
input = "neurons"
train = { epochs = 60, learning_rate = 1e-2, batch_size = 16 }

[sweep]
seeds = 20

[sweep.axes]
"network.neurons.pattern.tripartite.weights" = ["none", "incoming", "outgoing"]
END
  "$glia" sweep "$folder/$name/pipeline.toml" -j "${JOBS:-2}" -o "$folder/$name/sweep" "$@"
}

run iris 5 3 "$@"
run breast_cancer 31 2 "$@"
