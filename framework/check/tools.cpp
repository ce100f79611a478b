// SPDX-License-Identifier: MIT
#include "check/tools.hpp"

#include <glia/sdk/error.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>

namespace glia::check {
namespace {

/// Sends file descriptors 1 and 2 to a file in memory while it lives.
class Capture {
 public:
  Capture() : file_(::memfd_create("output", MFD_CLOEXEC)), out_(::dup(1)), err_(::dup(2)) {
    if (file_ < 0 || out_ < 0 || err_ < 0) {
      throw Error(ErrorCode::io, "the output cannot be captured: no file descriptors left");
    }
    flush();
    ::dup2(file_, 1);
    ::dup2(file_, 2);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    flush();
    ::dup2(out_, 1);
    ::dup2(err_, 2);
    for (const int fd : {file_, out_, err_}) ::close(fd);
  }

  std::string text() const {
    flush();
    std::string all(4096, '\0');
    const auto got = ::pread(file_, all.data(), all.size(), 0);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
  }

 private:
  static void flush() {
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
  }

  int file_, out_, err_;
};

}  // namespace

void expect(bool holds, const std::string& detail) {
  if (!holds) throw Failure{detail};
}

std::string output_of(const std::function<void()>& work) {
  const Capture capture;
  work();
  return capture.text();
}

std::string text_of(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

}  // namespace glia::check
