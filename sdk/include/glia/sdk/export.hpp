// SPDX-License-Identifier: MIT
#pragma once

/// Marks what libglia exports to plugins; everything else stays hidden.
#define GLIA_API __attribute__((visibility("default")))
