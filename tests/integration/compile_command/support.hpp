// SPDX-License-Identifier: MIT
#pragma once

#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using nlohmann::json;

/// A folder with networks in it, where commands run.
class Workplace {
 public:
  fs::path operator/(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder_ / name, text);
  }
  std::string read(const std::string& name) const { return glia::read_file(folder_ / name); }

  Outcome glia(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words{GLIA_BINARY_DIR "/bin/glia"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_command(words, {}, folder_.path().string());
  }

  json results(const std::string& run) const { return json::parse(read(run + "/results.json")); }
  json proof(const std::string& folder) const { return json::parse(read(folder + "/proof.json")); }

  /// `text` of a file with its first `from` replaced.
  void change(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read(name);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not in " + name + ": " + from);
    write(name, text.replace(at, from.size(), to));
  }

 private:
  TempFolder folder_;
};

/// xor behind one network, `[network.layers]` with this pattern; the head is trained so.
inline std::string xor_pipeline(const std::string& pattern, const std::string& train) {
  return R"([pipeline]
name = "xor"
[dataset.bits]
plugin = "xor"
[encoder.inputs]
plugin = "identity"
input = "bits"
[network.layers]
input = "inputs"
pattern = [)" +
         pattern + R"(]
[head.neurons]
plugin = "regression"
input = "layers"
train = { )" +
         train + " }\n";
}

/// Numbers between -1 and 1 that no two neighbours share.
inline double number(int k) { return std::sin(12.9898 * (k + 1)); }

/// A layer of the JSON that glia compile reads.
inline json layer(int in, int out, const std::string& activation, int first = 0) {
  json weight = json::array(), bias = json::array();
  for (int i = 0; i < out; ++i) {
    json row = json::array();
    for (int j = 0; j < in; ++j) row.push_back(number(first + i * in + j));
    weight.push_back(row);
    bias.push_back(number(first + 1000 + i));
  }
  return {{"weight", weight}, {"bias", bias}, {"activation", activation}};
}

inline std::string network(const std::vector<json>& layers) {
  return json{{"layers", layers}}.dump();
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
