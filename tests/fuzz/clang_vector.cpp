// SPDX-License-Identifier: MIT
// clang_vector.hpp renames __fill_a1 while <vector> is read; what was declared before calls the name of before.
#ifdef __clang__
#include <vector>

[[gnu::weak]] void fill_bits_by_name(std::_Bit_iterator first, std::_Bit_iterator last, const bool& value) asm(
    "_ZSt9__fill_a1St13_Bit_iteratorS_RKb");

void fill_bits_by_name(std::_Bit_iterator first, std::_Bit_iterator last, const bool& value) {
  for (; first != last; ++first) *first = value;
}
#endif
