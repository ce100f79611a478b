// SPDX-License-Identifier: MIT
#include "apply/output.hpp"

#include "core/json_text.hpp"
#include "core/text.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

namespace glia::apply {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, Format>, 3> formats{
    {{".csv", Format::csv}, {".npy", Format::npy}, {".json", Format::json}}};

/// The shortest text that reads back as the same float.
void append(std::string& text, float value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

class Table {
 public:
  Table(const Prediction& prediction, const std::vector<std::string>& names, bool rows)
      : p_(prediction), names_(names), numbers_{prediction.answers.contiguous()} {
    if (rows) numbers_.push_back(prediction.rows.to(at::kFloat).contiguous());
  }

  std::string csv() const {
    std::string text = p_.classified ? "sample,label" : "sample";
    for (const auto& name : p_.columns) {
      text += ',' + csv_field((p_.classified ? "p_" : "value_") + name);
    }
    if (numbers_.size() > 1) {
      for (std::int64_t i = 0; i < numbers_[1].size(1); ++i) text += ",cell_" + std::to_string(i);
    }
    text += '\n';
    for (std::int64_t i = 0; i < size(); ++i) {
      text += csv_field(name(i));
      if (p_.classified) text += ',' + csv_field(label(i));
      each(i, [&](float value) {
        text += ',';
        append(text, value);
      });
      text += '\n';
    }
    return text;
  }

  /// Format version 1.0.
  std::string npy() const {
    std::int64_t width = 0;
    for (const auto& part : numbers_) width += part.size(1);
    std::string header = fmt::format(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", size(), width);
    header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');
    header += '\n';
    std::string bytes = "\x93NUMPY";
    bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF),
              static_cast<char>(header.size() >> 8)};
    bytes += header;
    for (std::int64_t i = 0; i < size(); ++i) {
      for (const auto& part : numbers_) {
        bytes.append(reinterpret_cast<const char*>(part.data_ptr<float>() + i * part.size(1)),
                     static_cast<std::size_t>(part.size(1)) * sizeof(float));
      }
    }
    return bytes;
  }

  std::string json() const {
    auto samples = ordered_json::array();
    for (std::int64_t i = 0; i < size(); ++i) {
      ordered_json sample;
      if (names_.empty()) {
        sample["sample"] = i;
      } else {
        sample["sample"] = name(i);
      }
      if (p_.classified) sample["label"] = label(i);
      ordered_json& answers = sample[p_.classified ? "p" : "values"] = ordered_json::object();
      const float* values = numbers_[0].data_ptr<float>() + i * numbers_[0].size(1);
      for (const auto& column : p_.columns) answers[column] = *values++;
      if (numbers_.size() > 1) {
        const float* row = numbers_[1].data_ptr<float>() + i * numbers_[1].size(1);
        sample["cells"] = std::vector<float>(row, row + numbers_[1].size(1));
      }
      samples.push_back(std::move(sample));
    }
    return json_text(ordered_json{{"samples", std::move(samples)}}) + '\n';
  }

 private:
  std::int64_t size() const { return numbers_[0].size(0); }
  std::string name(std::int64_t i) const {
    return names_.empty() ? std::to_string(i) : names_[static_cast<std::size_t>(i)];
  }
  std::string label(std::int64_t i) const {
    return p_.columns[static_cast<std::size_t>(p_.labels.data_ptr<std::int64_t>()[i])];
  }
  template <class Use>
  void each(std::int64_t i, Use use) const {
    for (const auto& part : numbers_) {
      const float* row = part.data_ptr<float>() + i * part.size(1);
      for (std::int64_t j = 0; j < part.size(1); ++j) use(row[j]);
    }
  }

  const Prediction& p_;
  const std::vector<std::string>& names_;
  std::vector<at::Tensor> numbers_;  // side by side
};

}  // namespace

Format format_of(const std::string& file) {
  const std::string ending = std::filesystem::path(file).extension().string();
  for (const auto& [name, format] : formats) {
    if (ending == name) return format;
  }
  throw Error(ErrorCode::usage, file + " has no ending that tells its format",
              "choose FILE.csv, FILE.npy or FILE.json");
}

std::string write_predictions(const Prediction& prediction, Format format,
                              const std::vector<std::string>& names, bool rows) {
  const Table table(prediction, names, rows);
  switch (format) {
    case Format::csv:
      return table.csv();
    case Format::npy:
      return table.npy();
    case Format::json:
      return table.json();
  }
  throw Error(ErrorCode::internal, "a format that is none");
}

}  // namespace glia::apply
