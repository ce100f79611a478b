// SPDX-License-Identifier: MIT
#pragma once

/// Source compatibility: plugins written for one SDK major compile with every later minor of it.
#define GLIA_SDK_MAJOR 1
#define GLIA_SDK_MINOR 0
#define GLIA_SDK_VERSION "1.0"
