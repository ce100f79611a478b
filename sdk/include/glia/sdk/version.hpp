// SPDX-License-Identifier: MIT
#pragma once

/// The version of these headers; docs/sdk-versions.md says what may change when. Both numbers are
/// part of the fingerprint: a library runs in programs of exactly its own version.
#define GLIA_SDK_MAJOR 2
#define GLIA_SDK_MINOR 1
#define GLIA_SDK_VERSION "2.1"
