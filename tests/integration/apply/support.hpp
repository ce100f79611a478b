// SPDX-License-Identifier: MIT
// What a run has trained, used as a user would.
#pragma once

#include "catch.hpp"
#include "core/gzip.hpp"
#include "integration/run/support.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

inline constexpr std::size_t tested = 200, pixels = 784;

/// The pipeline of the other tests, with samples kept for validation.
inline const std::string validated_pipeline =
    with(small_pipeline, "test_limit = 200", "test_limit = 200\nvalidation = 0.2");

/// A neuron for each of the two classes of a table; `dataset` are its files and settings.
inline std::string table_pipeline(const std::string& dataset, const std::string& train) {
  return "[dataset.d]\nplugin = \"csv\"\n" + dataset + R"([encoder.e]
plugin = "identity"
input = "d"
[network.n]
input = "e"
pattern = [{ wave = "linear", width = 2 }]
[head.h]
plugin = "classifier"
input = "n"
train = { )" +
         train + " }\n";
}

/// Bytes of the first test pictures, and their labels.
inline std::string test_bytes(const std::string& name, std::size_t header, std::size_t count) {
  std::string all;
  glia::gunzip(fashion + "/" + name + ".gz", [&](std::string_view some) { all += some; });
  return all.substr(header, count);
}
inline std::string test_pictures() {
  return test_bytes("t10k-images-idx3-ubyte", 16, tested * pixels);
}
inline std::string test_labels() { return test_bytes("t10k-labels-idx1-ubyte", 8, tested); }

/// An IDX file of pictures.
inline std::string idx_of(const std::string& bytes, std::uint8_t side = 28) {
  const auto count = static_cast<std::uint32_t>(bytes.size()) / side / side;
  std::string file{'\0',
                   '\0',
                   '\x08',
                   '\x03',
                   '\0',
                   '\0',
                   static_cast<char>(count >> 8),
                   static_cast<char>(count & 0xFF)};
  for (int i = 0; i < 2; ++i) file += {'\0', '\0', '\0', static_cast<char>(side)};
  return file + bytes;
}

/// A .npy file of bytes.
inline std::string npy_of(const std::string& bytes, const std::string& shape) {
  std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.resize(117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header +
         bytes;
}

/// A CSV file with names, labels and numbers from 0 to 1.
inline std::string csv_of(const std::string& bytes) {
  std::string text = "label";
  for (std::size_t i = 0; i < pixels; ++i) text += ",p" + std::to_string(i);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % pixels == 0) text += "\nboot";
    char number[24];
    std::snprintf(
        number, sizeof number, ",%.9g",
        static_cast<double>(static_cast<float>(static_cast<std::uint8_t>(bytes[i])) / 255.0F));
    text += number;
  }
  return text + '\n';
}

/// Lines of a CSV text without quotes, as fields.
inline std::vector<std::vector<std::string>> fields_of(const std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream parts(line);
    lines.emplace_back();
    for (std::string part; std::getline(parts, part, ',');) lines.back().push_back(part);
  }
  return lines;
}

/// A workplace with a run that was trained in another one and moved here.
inline void bring_run(const Workplace& here, const std::string& pipeline = validated_pipeline) {
  const Workplace there(pipeline);
  const Outcome run = there.glia({"run", "small.toml", "-q", "-o", "run"});
  if (run.code != 0) throw std::runtime_error(run.err);
  fs::copy(there / "run", here / "run", fs::copy_options::recursive);
}
