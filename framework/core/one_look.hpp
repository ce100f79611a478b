// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia {

/// While one lives, what this thread asks of files' identities (`identity_of_file`,
/// `identity_of_data`) is looked up once for each: whoever plans a sweep takes the files for what they
/// were when its first trial was planned, and asks the file system 40 times a trial less.
/// Lives on the stack; one within another joins it. [one thread]
class GLIA_API OneLook {
 public:
  OneLook();
  ~OneLook();
  OneLook(const OneLook&) = delete;
  OneLook& operator=(const OneLook&) = delete;

 private:
  bool first_;
};

}  // namespace glia
