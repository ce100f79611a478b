// SPDX-License-Identifier: MIT
#include "core/thrown.hpp"

#include "catch.hpp"

#include <new>
#include <stdexcept>

using glia::Error;
using glia::is_out_of_memory;

namespace {

template <class Thrown>
Error of(const Thrown& exception) {
  return glia::thrown(std::make_exception_ptr(exception));
}

}  // namespace

TEST_CASE("Whatever is thrown becomes an Error, and one that is an Error stays what it was") {
  const Error own = of(Error(glia::ErrorCode::shape, "too wide", "make it narrow").within("here"));
  CHECK(own.code() == glia::ErrorCode::shape);
  CHECK(own.hint() == "make it narrow");
  CHECK(own.places() == std::vector<std::string>{"here"});
  CHECK(of(std::runtime_error("no\nluck")).message() == "no\nluck");
  CHECK(of(std::runtime_error("")).message() == "an exception without a message was thrown");
  CHECK(of(7).message() == "something was thrown that is no std::exception");
  CHECK(of(std::runtime_error("shapes differ\nException raised from mm at x.cpp:3 (most recent "
                              "call first):\nframe #0: 0x7f"))
            .message() == "shapes differ");
}

TEST_CASE("That memory ran out is said in one way, whoever found it, and how much was asked for") {
  CHECK(of(std::bad_alloc()).message() == "out of memory");
  CHECK(
      of(std::runtime_error("[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: "
                            "can't allocate memory: you tried to allocate 3435973837 bytes. Error "
                            "code 12 (Cannot allocate memory)"))
          .message() == "out of memory: 3.2 GiB were asked for at once");
  CHECK(of(std::runtime_error("CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 10.00 GiB "
                              "total capacity)"))
            .message() == "out of memory: 2.50 GiB were asked for at once");
  for (const Error& error : {of(std::bad_alloc()), of(std::runtime_error("CUDA out of memory."))}) {
    CHECK(is_out_of_memory(error));
    CHECK_FALSE(error.hint().empty());
  }
  CHECK_FALSE(is_out_of_memory(of(std::runtime_error("out of luck"))));
}
