// SPDX-License-Identifier: MIT
// Libraries that LibTorch names without using them: loaded for a plugin that uses one, when asked.
#include "catch.hpp"
#include "plugin_folder.hpp"

using Catch::Matchers::Contains;

namespace {

/// What the loader says of its work while glia starts.
std::string loading(std::map<std::string, std::string> env) {
  env["LD_DEBUG"] = "libs";
  return run_command({GLIA_BINARY_DIR "/bin/glia", "--version"}, env).err;
}

}  // namespace

TEST_CASE("what LibTorch names and does not use is left out, unless it is asked for") {
  const std::string begins = "calling init: ", real = begins + "/lib", core = "libopencv_core.so";
  const auto loads = [&](const std::string& said, const std::string& place) {
    for (std::size_t at = said.find(begins); at != std::string::npos;
         at = said.find(begins, at + 1)) {
      const auto line = said.substr(at, said.find('\n', at) - at);
      if (line.find(core) != std::string::npos && line.find(place) != std::string::npos)
        return true;
    }
    return false;
  };
  const auto short_one = loading({});
  CHECK(short_one.find("libtorch_cpu.so") != std::string::npos);
  CHECK_FALSE(loads(short_one, "linux-gnu"));
  CHECK(short_one.find("libavformat") != std::string::npos);  // the empty one
  CHECK(short_one.find("libgdal") == std::string::npos);
  CHECK(loads(loading({{"GLIA_WHOLE_LIBTORCH", "1"}}), "linux-gnu"));
}

TEST_CASE("a plugin that uses what is left out is told how it gets it") {
  PluginFolder folder;
  const auto file = folder.add("needs_left_out");
  const auto listing = folder.list();
  CHECK_THAT(listing.reason(file),
             Contains("cannot be loaded: ") && Contains("libavutil.so.57 is left out, as LibTorch "
                                                        "names it without using it"));
  CHECK(listing.hint(file) == "GLIA_WHOLE_LIBTORCH=1 before the command has it loaded");
  const auto whole = folder.list({{"GLIA_WHOLE_LIBTORCH", "1"}});
  CHECK(whole.plugins.count("filmed") == 1);
}
