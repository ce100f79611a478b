// SPDX-License-Identifier: MIT
#include "plugin/fingerprint.hpp"

#include "catch.hpp"

#include <glia/sdk/fingerprint.hpp>

using namespace glia::plugin;

TEST_CASE("a fingerprint symbol is read field by field") {
  const auto read = parse_fingerprint("glia_abi__3_12__torch_2_10_0__cxx11_0__clang__debug_1");
  REQUIRE(read);
  CHECK(*read == Fingerprint{"3.12", "2.10.0", "no", "clang", "yes"});
  // SDK 1 wrote no minor.
  const auto first = parse_fingerprint("glia_abi__1__torch_1_13_0__cxx11_1__gnu__debug_0");
  REQUIRE(first);
  CHECK(first->sdk == "1");
}

TEST_CASE("other symbols are no fingerprints") {
  for (const char* symbol :
       {"", "glia_abi__", "glia_entry", "glia_abi__1__torch_2_10__cxx11_1__gnu__debug_0",
        "glia_abi__1__torch_2_10_0__cxx11_2__gnu__debug_0",
        "glia_abi__1__torch_2_10_0__cxx11_1__gnu__debug_0__more",
        "xglia_abi__1__torch_2_10_0__cxx11_1__gnu__debug_0"}) {
    INFO(symbol);
    CHECK(!parse_fingerprint(symbol));
  }
}

TEST_CASE("this program's own fingerprint is readable") {
  CHECK(host_fingerprint_symbol() == GLIA_FINGERPRINT);
  CHECK(parse_fingerprint(host_fingerprint_symbol()) == host_fingerprint());
}

TEST_CASE("differences are named, and the remedy fits them") {
  const Fingerprint host{"1", "1.13.0", "yes", "gnu", "no"};
  CHECK(differences(host, host).empty());
  CHECK(remedy(host, host).empty());
  const Fingerprint other{"2", "2.5.1", "no", "clang", "yes"};
  CHECK(differences(host, other) ==
        "SDK 2 instead of 1, LibTorch 2.5.1 instead of 1.13.0, C++11 ABI no instead of yes, "
        "compiler family clang instead of gnu, debug containers yes instead of no");
  CHECK(remedy(host, other) ==
        "rebuild the plugin against SDK 1, against LibTorch 1.13.0 (-DCMAKE_PREFIX_PATH points "
        "CMake to another LibTorch), with -D_GLIBCXX_USE_CXX11_ABI=1, with GCC, without "
        "-D_GLIBCXX_DEBUG");
  CHECK(remedy(other, host) ==
        "rebuild the plugin against SDK 2, against LibTorch 2.5.1 (-DCMAKE_PREFIX_PATH points "
        "CMake to another LibTorch), with -D_GLIBCXX_USE_CXX11_ABI=0, with Clang, with "
        "-D_GLIBCXX_DEBUG");
}

TEST_CASE("an older and a newer minor are other SDKs") {
  Fingerprint older = host_fingerprint(), newer = older;
  older.sdk = "2.1", newer.sdk = "2.3";
  Fingerprint host = older;
  host.sdk = "2.2";
  CHECK(differences(host, older) == "SDK 2.1 instead of 2.2");
  CHECK(differences(host, newer) == "SDK 2.3 instead of 2.2");
  CHECK(remedy(host, newer) == "rebuild the plugin against SDK 2.2");
}

TEST_CASE("the table puts host and plugin side by side and marks what differs") {
  const Fingerprint host{"1", "1.13.0", "yes", "gnu", "no"};
  const Fingerprint plugin{"1", "2.5.1", "yes", "gnu", "no"};
  CHECK(comparison_table(host, plugin) ==
        "field             host    plugin\n"
        "SDK               1       1\n"
        "LibTorch          1.13.0  2.5.1   <- differs\n"
        "C++11 ABI         yes     yes\n"
        "compiler family   gnu     gnu\n"
        "debug containers  no      no");
}
