// SPDX-License-Identifier: MIT
// What a start costs, in counts.
#include "catch.hpp"
#include "plugin_folder.hpp"

#include <sys/resource.h>

#include <fstream>

namespace {

/// How often the memory that a start takes was not there yet.
long faults_of_a_start(const std::map<std::string, std::string>& env) {
  rusage before{}, after{};
  ::getrusage(RUSAGE_CHILDREN, &before);
  CHECK(run_command({GLIA_BINARY_DIR "/bin/glia", "--version"}, env).code == 0);
  ::getrusage(RUSAGE_CHILDREN, &after);
  return after.ru_minflt - before.ru_minflt;
}

bool has_large_pages() {
  std::string modes;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"), modes);
  return !modes.empty() && modes.find("[never]") == std::string::npos;
}

}  // namespace

TEST_CASE("LibTorch is loaded into large pages, unless the user has set the allocator") {
  const long usual = faults_of_a_start({});
  const long set = faults_of_a_start({{"GLIBC_TUNABLES", "glibc.malloc.top_pad=131072"}});
  INFO(usual << " faults, and " << set << " with the allocator set");
  CHECK(set > 6000);
  if (has_large_pages()) {
    CHECK(usual < set * 3 / 4);
  } else {
    CHECK(usual < set * 5 / 4);
  }
}
