// SPDX-License-Identifier: MIT
// A data set whose author never thought of identity(): a class and a number per line of a file.
#include <glia/sdk/dataset.hpp>
#include <glia/sdk/plugin.hpp>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

struct Config {
  std::string file;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::file, "file").required().doc("LABEL NUMBER in each line."));

class Rows final : public glia::Dataset {
 public:
  explicit Rows(Config config) : config_(std::move(config)) {}
  glia::SampleSpec spec() const override { return {{3}, 2, 0, {}}; }
  void open() override {
    std::ifstream file(config_.file);
    long long label = 0;
    float number = 0;
    while (file >> label >> number) {
      labels_.push_back(label);
      numbers_.push_back(number);
    }
  }
  std::int64_t size(glia::Split) const override {
    return static_cast<std::int64_t>(labels_.size());
  }
  void read(glia::Split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const auto row = static_cast<std::size_t>(indices[i]);
      for (std::size_t j = 0; j < 3; ++j) inputs[3 * i + j] = numbers_[row] * (j == 1 ? -1.f : 1.f);
      labels[i] = labels_[row];
    }
  }

 private:
  Config config_;
  std::vector<std::int64_t> labels_;
  std::vector<float> numbers_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Rows>("rows", schema, "A class and a number per line."))
