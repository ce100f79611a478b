// SPDX-License-Identifier: MIT
#include "core/parallel.hpp"

#include <glia/sdk/parallel.hpp>

#include <exception>

namespace glia {
namespace {

void one_after_the_other(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  std::exception_ptr error;
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (...) {
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

ParallelRunner runner = one_after_the_other;

}  // namespace

void run_parallel_with(ParallelRunner chosen) { runner = chosen; }

void parallel(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  runner(count, body);
}

}  // namespace glia
