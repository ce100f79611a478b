// SPDX-License-Identifier: MIT
// The catalogue of plugins for tests is made with Catch2, which is not run here.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"
