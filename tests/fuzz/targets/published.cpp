// SPDX-License-Identifier: MIT
#include "report/published.hpp"

#include "fuzz.hpp"

FUZZ_TARGET(published) { glia::report::read_published(fuzz::file_of(bytes)); }
