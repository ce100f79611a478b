// SPDX-License-Identifier: MIT
// Included before everything else where clang meets libstdc++ 12 in C++20: it instantiates the
// constexpr members of a vector earlier than GCC, and so does not get through LibTorch's headers,
// which keep vectors of types that are complete only later. Here vectors are no constants.
#pragma once

// clang-format off
#include <algorithm>
#include <memory>
#include <string>

#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 fill_bits  // declared constexpr above; clang_vector.cpp has the one that is called
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr
// clang-format on
