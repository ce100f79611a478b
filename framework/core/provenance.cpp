// SPDX-License-Identifier: MIT
#include "core/provenance.hpp"

#include "core/json_text.hpp"
#include "core/machine.hpp"
#include "core/product_libraries.hpp"
#include "core/variable.hpp"

#include <nlohmann/json.hpp>
#include <torch/version.h>

#include <dlfcn.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

namespace glia {
namespace {

using nlohmann::json;

/// Bytes of a command line need not be UTF-8; JSON must be.
json valid_text(const std::string& text) { return read_json(json_text(json(text))); }

json text_or_null(const char* text) { return text && *text ? valid_text(text) : json(nullptr); }

/// "model name" on x86; other kernels tell less.
json cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon + 2 > line.size()) continue;
    if (line.starts_with("model name") || line.starts_with("Model")) {
      return valid_text(line.substr(colon + 2));
    }
  }
  return nullptr;
}

json kernel() {
  utsname name{};
  if (::uname(&name) != 0) return nullptr;
  return std::string(name.sysname) + ' ' + name.release + ' ' + name.machine;
}

/// Asks the loaded library itself: this component must not include its headers.
json tbb_version() {
  using Version = const char* (*)();
  const auto version = reinterpret_cast<Version>(::dlsym(RTLD_DEFAULT, "TBB_runtime_version"));
  return version ? json(version()) : json(nullptr);
}

std::string utc(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

json provenance(const std::vector<std::string>& command_line,
                std::chrono::system_clock::time_point started,
                const std::map<std::string, std::string>& libraries) {
  const BuildInfo& build = build_info();
  json result;
  result["glia"] = {{"version", build.version},
                    {"commit", text_or_null(build.commit.c_str())},
                    {"dirty", build.commit.empty() ? json(nullptr) : json(build.dirty)},
                    {"build_type", build.build_type},
                    {"compiler", build.compiler},
                    {"sanitizers", text_or_null(build.sanitizers.c_str())}};
  result["libraries"] = {{"LibTorch", TORCH_VERSION}, {"oneTBB", tbb_version()}};
  for (const auto& [name, what] : product_libraries()) result["libraries"][name] = what;
  for (const auto& [name, version] : libraries) result["libraries"][name] = version;
  result["machine"] = {{"cpu", cpu_model()},
                       {"cores", std::thread::hardware_concurrency()},
                       {"kernel", kernel()},
                       {"instruction_set", instruction_set()}};
  result["environment"] = json::object();
  for (const auto& variable : {variables::omp_threads, variables::openblas_core}) {
    result["environment"][variable.name] = text_or_null(value_of(variable).c_str());
  }
  result["started"] = utc(started);
  result["command"] = json::array();
  for (const auto& argument : command_line) result["command"].push_back(valid_text(argument));
  return result;
}

}  // namespace glia
