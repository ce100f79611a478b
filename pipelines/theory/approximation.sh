#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Universal approximation, tried: constructs five functions in several sizes, trains the same shapes from twenty random
# starts each, and draws error against cells, rows and connections. docs/theory.md shows the outcome.
#
#     pipelines/theory/approximation.sh FOLDER        280 short trainings; what is there is not made again
#
# GLIA_PROGRAM: the glia to use (glia); JOBS: trials at once (2).
set -euo pipefail
folder=${1:?usage: approximation.sh FOLDER}
glia=${GLIA_PROGRAM:-glia}
try() {
  local name=$1 size place
  shift
  for size in "$@"; do
    place=$folder/$name/$size
    [ -e "$place" ] || "$glia" compile --construct "$name" --size "$size" -o "$place"
    [ -e "$place/trained" ] || "$glia" sweep "$place/trained.toml" -j "${JOBS:-2}" -o "$place/trained"
  done
}
try square 2 4 6
try product 2 4
try polygon 4 8 16
try sine 4 8 16
try horizon 4 8 16
# Sizes that are constructed alone.
try_constructed() {
  local name=$1 size place
  shift
  for size in "$@"; do
    place=$folder/$name/$size
    [ -e "$place" ] || "$glia" compile --construct "$name" --size "$size" -o "$place"
  done
}
try_constructed square 8 12 16
try_constructed product 8 12 17
try_constructed polygon 64
try_constructed sine 64 256
try_constructed horizon 64 128
[ ! -e "$folder-figures/errors.csv" ] || rm -r "$folder-figures"  # drawn anew
"$glia" compile --errors "$folder"/*/* -o "$folder-figures"
