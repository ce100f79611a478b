// SPDX-License-Identifier: MIT
#include "mutate.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace fuzz {
namespace {

constexpr std::size_t longest = 1 << 16;

/// Numbers and signs that break readers.
constexpr std::array tokens{"0",
                            "-1",
                            "1e999",
                            "nan",
                            "-9223372036854775808",
                            "9223372036854775808",
                            "4294967297",
                            "1e-999",
                            "\"\"",
                            "[]",
                            "{}",
                            "null",
                            "true",
                            "[[[[",
                            "}}",
                            "\\u0000",
                            "\xff\xfe",
                            "\n",
                            ".",
                            "=",
                            "#",
                            "\"\"\""};

}  // namespace

std::uint64_t Mutator::bits() {  // SplitMix64
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::string Mutator::next() {
  std::string text = any();
  for (std::size_t i = 0, count = 1 + below(4); i < count; ++i) change(text);
  text.resize(std::min(text.size(), longest));
  return text;
}

void Mutator::change(std::string& text) {
  const std::size_t at = below(text.size() + 1);
  const std::size_t length = std::min(below(1 + below(64)), text.size() - at);
  switch (below(9)) {
    case 0:  // a bit
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
      break;
    case 1:  // a byte
      if (at < text.size()) text[at] = static_cast<char>(bits());
      break;
    case 2:
      text.erase(at, length);
      break;
    case 3:
      text.insert(at, text.substr(at, length));
      break;
    case 4: {  // a piece of another seed
      const std::string& other = any();
      text.insert(at, other.substr(below(other.size() + 1), below(64)));
      break;
    }
    case 5:
      text.insert(at, tokens[below(tokens.size())]);
      break;
    case 6: {  // a number as machines keep it
      constexpr std::array<std::uint64_t, 8> numbers{
          0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ~std::uint64_t{0}};
      const std::uint64_t number = numbers[below(numbers.size())];
      const std::size_t size = std::min<std::size_t>(std::size_t{1} << below(4), text.size() - at);
      std::memcpy(text.data() + at, &number, size);
      break;
    }
    case 7:
      text.resize(at);
      break;
    case 8: {  // digits become others
      const auto digit = text.find_first_of("0123456789", at);
      if (digit != std::string::npos) text.replace(digit, 1, tokens[below(8)]);
      break;
    }
  }
}

}  // namespace fuzz
