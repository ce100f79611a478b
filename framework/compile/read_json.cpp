// SPDX-License-Identifier: MIT
#include "compile/read.hpp"
#include "core/files.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace glia::compile {
namespace {

using nlohmann::json;

constexpr std::uint64_t most_json_bytes = std::uint64_t{1} << 30;

/// Python and others write NaN, Infinity and -Infinity, which JSON does not have: as null they come
/// to the check that names their place.
std::string with_nulls(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && i + 1 < text.size()) {
      out += c;
      out += text[++i];
      continue;
    }
    bool replaced = false;
    for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
      if (quoted || text.compare(i, word.size(), word) != 0) continue;
      out += "null";
      i += word.size() - 1;
      replaced = true;
      break;
    }
    if (!replaced) out += c;
  }
  return out;
}

/// One layer, read with the names of its places.
class LayerReader {
 public:
  LayerReader(const std::string& file, std::size_t layer)
      : path_(fmt::format("{}: layers[{}]", file, layer)) {}

  /// `otherwise`: its activation, where it names none.
  DenseLayer read(const json& item, const std::string& otherwise, const Catalog& catalog) const {
    if (!item.is_object()) wrong("", "is not an object", "write {\"weight\": [[..]], ...}");
    for (const auto& [key, value] : item.items()) {
      if (key == "weight" || key == "bias" || key == "activation") continue;
      wrong("", fmt::format("has an unknown key '{}'", key),
            "a layer has 'weight', 'bias' and 'activation': dense layers can be compiled, "
            "recurrent and general ones cannot");
    }
    DenseLayer layer;
    read_weight(item, layer);
    read_bias(item, layer);
    std::string name = otherwise;
    if (const auto given = item.find("activation"); given != item.end()) {
      if (!given->is_string()) {
        wrong(".activation", "is not a text", "write \"relu\", \"softmax\", \"identity\", ...");
      }
      name = given->get<std::string>();
    }
    layer.response = response_of(name, path_ + ".activation", catalog);
    return layer;
  }

 private:
  void read_weight(const json& item, DenseLayer& layer) const {
    const auto given = item.find("weight");
    const char* const shape = "a list of rows, one for each output, of one number for each input";
    if (given == item.end()) wrong("", "has no 'weight'", std::string("it is ") + shape);
    if (!given->is_array() || given->empty() || !given->front().is_array() ||
        given->front().empty()) {
      wrong(".weight", "is no matrix", std::string("write ") + shape);
    }
    layer.out = static_cast<std::int64_t>(given->size());
    layer.in = static_cast<std::int64_t>(given->front().size());
    for (std::size_t i = 0; i < given->size(); ++i) {
      const json& row = (*given)[i];
      const std::string at = fmt::format(".weight[{}]", i);
      if (!row.is_array() || row.size() != given->front().size()) {
        wrong(at, fmt::format("has not the {} numbers of weight[0]", layer.in),
              "all rows are equally long");
      }
      for (std::size_t j = 0; j < row.size(); ++j) {
        layer.weight.push_back(number(row[j], fmt::format("{}[{}]", at, j)));
      }
    }
  }

  void read_bias(const json& item, DenseLayer& layer) const {
    const auto given = item.find("bias");
    layer.bias.assign(static_cast<std::size_t>(layer.out), 0);
    if (given == item.end() || given->is_null()) return;
    if (!given->is_array() || static_cast<std::int64_t>(given->size()) != layer.out) {
      wrong(".bias", fmt::format("is not a list of {} numbers", layer.out),
            "give one for each row of 'weight', or leave it out");
    }
    for (std::size_t i = 0; i < given->size(); ++i) {
      layer.bias[i] = number((*given)[i], fmt::format(".bias[{}]", i));
    }
  }

  double number(const json& item, const std::string& at) const {
    if (item.is_number()) return item.get<double>();
    wrong(at, item.is_null() ? "is NaN, infinite or null" : "is not a number",
          "every weight and bias is a finite number");
  }

  [[noreturn]] void wrong(const std::string& at, const std::string& what,
                          const std::string& hint) const {
    throw Error(ErrorCode::configuration, path_ + at + ' ' + what, hint);
  }

  std::string path_;
};

}  // namespace

DenseNetwork read_json_network(const std::string& file, const std::string& activation,
                       const Catalog& catalog) {
  const std::string text = with_nulls(read_file(file, most_json_bytes));
  json document;
  try {
    document = results::parse_json(text);
  } catch (const Error& e) {
    throw Error(ErrorCode::configuration, fmt::format("{}: {}", file, e.message()),
                "a network is {\"layers\": [{\"weight\": [[..]], \"bias\": [..], \"activation\": "
                "\"relu\"}, ..]}");
  }
  const auto layers = document.is_object() ? document.find("layers") : document.end();
  if (!document.is_object() || layers == document.end() || !layers->is_array() || layers->empty()) {
    throw Error(ErrorCode::configuration, file + " has no list 'layers'",
                "a network is {\"layers\": [{\"weight\": [[..]], \"bias\": [..], \"activation\": "
                "\"relu\"}, ..]}");
  }
  for (const auto& [key, value] : document.items()) {
    if (key == "layers") continue;
    throw Error(ErrorCode::configuration, fmt::format("{} has an unknown key '{}'", file, key),
                "a network has 'layers' alone; each of them has an 'activation' of its own");
  }
  DenseNetwork network;
  bool used = false;
  for (std::size_t l = 0; l < layers->size(); ++l) {
    const json& layer = (*layers)[l];
    const bool between = l + 1 < layers->size() && !activation.empty();
    used |= between && layer.is_object() && !layer.contains("activation");
    network.layers.push_back(
        LayerReader(file, l).read(layer, between ? activation : "identity", catalog));
  }
  if (!activation.empty() && !used) refuse_activation(file);
  return network;
}

}  // namespace glia::compile
