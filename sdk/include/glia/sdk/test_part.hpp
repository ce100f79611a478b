// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace glia {

/// Which of `samples` are for testing, where a data set comes as one file: `part` of them, of each
/// class alike (of real values, with no `labels`, of all), as many as are next to it. It follows from
/// the labels, `seed` and the name of the `stream` ("csv/test") alone. A plugin calls its parameters
/// for them `test` and `test_seed`: of weights that go on with others the host warns. [thread-safe]
GLIA_API std::vector<bool> test_part(std::span<const std::int64_t> labels, std::size_t samples,
                                     double part, std::uint64_t seed, std::string_view stream);

}  // namespace glia
