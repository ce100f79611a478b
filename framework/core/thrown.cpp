// SPDX-License-Identifier: MIT
#include "core/thrown.hpp"

#include "core/text.hpp"

#include <glia/sdk/plain_text.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

namespace glia {
namespace {

constexpr const char* out_of_memory = "out of memory";

Error no_memory(const std::string& wanted) {
  return {
      ErrorCode::internal,
      wanted.empty() ? out_of_memory
                     : fmt::format("{}: {} were asked for at once", out_of_memory, wanted),
      "smaller batches, narrower or fewer rows, fewer threads (--threads) or trials at once (-j), "
      "or a machine with more of it"};
}

/// LibTorch's errors are known by their words only where LibTorch is not seen: its allocators say "you
/// tried to allocate 123 bytes" and "Tried to allocate 2.00 GiB (GPU 0; ...)".
bool says_no_memory(const std::string& text) {
  return text.find("can't allocate memory") != std::string::npos ||
         text.find("CUDA out of memory") != std::string::npos;
}

std::string wanted_in(const std::string& text) {
  const std::string before = "ried to allocate ";
  const auto at = text.find(before);
  if (at == std::string::npos) return {};
  const std::string rest = text.substr(at + before.size());
  if (rest.find(" bytes") == rest.find(' ')) {
    return bytes_text(std::strtoull(rest.c_str(), nullptr, 10));
  }
  return rest.substr(0, rest.find(" ("));
}

/// LibTorch ends what() with the places that it was thrown through.
std::string without_backtrace(const std::string& text) {
  return text.substr(0, text.find("\nException raised from "));
}

}  // namespace

Error thrown(std::exception_ptr exception) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const Error& e) {
    return e;
  } catch (const std::bad_alloc&) {
    return no_memory({});
  } catch (const std::exception& e) {
    const std::string text = plain_text(without_backtrace(e.what()));
    if (says_no_memory(text)) return no_memory(wanted_in(text));
    return {ErrorCode::internal, text.empty() ? "an exception without a message was thrown" : text};
  } catch (...) {
    return {ErrorCode::internal, "something was thrown that is no std::exception"};
  }
}

bool is_out_of_memory(const Error& error) { return error.message().starts_with(out_of_memory); }

}  // namespace glia
