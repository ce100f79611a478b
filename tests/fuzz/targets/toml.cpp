// SPDX-License-Identifier: MIT
// A pipeline file: parsed, checked, resolved, and its sweep laid out.
#include "fuzz.hpp"
#include "pipelines.hpp"

FUZZ_TARGET(toml) { fuzz::read_pipeline(std::string(bytes), {}); }
