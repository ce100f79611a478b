// SPDX-License-Identifier: MIT
#include "idx.hpp"
#include "sets.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <system_error>

namespace {

using glia::Error;
using glia::ErrorCode;
using glia::Split;

constexpr std::uint32_t side = 28;
constexpr std::uint32_t classes = 10;

struct Config {
  std::string path;
  std::int64_t train_limit = 0;
  std::int64_t test_limit = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::path, "path")
        .doc("Folder with the four IDX files, plain or .gz; empty: the usual data folders."),
    glia::field(&Config::train_limit, "train_limit")
        .at_least(0)
        .unit("samples")
        .doc("Use only that many training samples, the first ones; 0: all."),
    glia::field(&Config::test_limit, "test_limit")
        .at_least(0)
        .unit("samples")
        .doc("Use only that many test samples, the first ones; 0: all."));

/// Of each byte, in [0, 1]: looked up, since divisions cost more than all else that a batch is read by.
constexpr auto grey = [] {
  std::array<float, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    all[byte] = static_cast<float>(byte) / 255.0f;
  }
  return all;
}();

/// Grey images of 28 x 28 pixels in 10 classes. They stay bytes in memory; every batch is scaled to
/// [0, 1] when it is read.
class ImageSet : public glia::Dataset {
 public:
  ImageSet(const mnist::Set& set, Config config) : set_(set), config_(std::move(config)) {}

  glia::SampleSpec spec() const override {
    return {{side, side}, classes, 0, {set_.class_names.begin(), set_.class_names.end()}};
  }

  std::string identity() const override {
    return glia::identity_of_data(set_.folder, config_.path, names());
  }

  void open() override {
    const auto names = this->names();
    const std::string hint = config_.path.empty()
                                 ? set_.how_to_get
                                 : "glia data get " + std::string(set_.id) + " -o " + config_.path +
                                       ", or leave out 'path' to search the usual folders";
    const std::string folder = glia::find_data(set_.folder, config_.path, names, set_.title, hint);
    train_ = load(folder, names[0], names[1], config_.train_limit);
    test_ = load(folder, names[2], names[3], config_.test_limit);
  }

  std::int64_t size(Split split) const override { return part(split).size; }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    const Part& from = part(split);
    const std::size_t pixels = side * side;
    if (inputs.size() != indices.size() * pixels || labels.size() != indices.size() ||
        !values.empty()) {
      throw Error(ErrorCode::internal,
                  std::string(set_.id) + ": room for " + std::to_string(inputs.size()) +
                      " pixels, " + std::to_string(labels.size()) + " labels and " +
                      std::to_string(values.size()) + " values was offered for " +
                      std::to_string(indices.size()) + " samples");
    }
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= from.size) {
        throw Error(ErrorCode::internal,
                    std::string(set_.id) + ": sample " + std::to_string(indices[row]) +
                        " was asked for, but the " + (split == Split::train ? "train" : "test") +
                        " split has " + std::to_string(from.size) + " samples");
      }
      if (row + 1 < indices.size()) ask_for(from, indices[row + 1]);
      const auto i = static_cast<std::size_t>(indices[row]);
      const auto image = from.images[i];
      std::transform(image.begin(), image.end(), inputs.begin() + row * pixels,
                     [](std::uint8_t pixel) { return grey[pixel]; });
      labels[row] = from.labels[i];
    }
  }

 private:
  struct Part {
    mnist::Images images;
    mnist::Labels labels;
    std::int64_t size = 0;
  };

  /// Images of a batch lie anywhere: the next one comes while one is read.
  static void ask_for(const Part& from, std::int64_t sample) {
    if (sample < 0 || sample >= from.size) return;
    const auto image = from.images[static_cast<std::size_t>(sample)];
    constexpr std::size_t line = 64;
    for (std::size_t k = 0; k < image.size(); k += line) __builtin_prefetch(image.data() + k);
  }

  /// Whether `glia data get` has put files into the folder: it leaves a note of them there.
  static bool was_downloaded(const std::string& folder) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::path(folder) / ".glia-downloads.json", ignored);
  }

  static std::vector<std::string> names() {
    return {mnist::file_names.begin(), mnist::file_names.end()};
  }

  const Part& part(Split split) const { return split == Split::train ? train_ : test_; }

  Part load(const std::string& folder, const std::string& images, const std::string& labels,
            std::int64_t limit) const {
    const std::string image_path = glia::data_path(folder, images);
    const std::string label_path = glia::data_path(folder, labels);
    const std::string get = "glia data get " + std::string(set_.id);
    const std::string replace = get + " -o " + folder + " --force";
    const mnist::Remedies remedies{
        was_downloaded(folder)
            ? "to replace damaged files: " + replace
            : "a file of your own: write it anew; only if these are to be the files of " +
                  std::string(set_.title) + ": " + replace,
        "these are not the files of " + std::string(set_.title) +
            ": for data of your own save arrays with numpy.save and use the data set 'npy'; to "
            "get " +
            set_.title + ", " + get + " -o another folder"};
    Part loaded{{image_path, side, side, remedies}, {label_path, classes, remedies}};
    if (loaded.images.count() != loaded.labels.count()) {
      throw Error(ErrorCode::data,
                  "images and labels do not match: " + std::to_string(loaded.images.count()) +
                      " images in " + image_path + ", " + std::to_string(loaded.labels.count()) +
                      " labels in " + label_path,
                  remedies.foreign);
    }
    loaded.size = static_cast<std::int64_t>(loaded.images.count());
    if (limit > 0) loaded.size = std::min(loaded.size, limit);
    return loaded;
  }

  const mnist::Set& set_;
  Config config_;
  Part train_, test_;
};

struct Digits final : ImageSet {
  explicit Digits(Config config) : ImageSet(mnist::digits, std::move(config)) {}
};

struct Clothes final : ImageSet {
  explicit Clothes(Config config) : ImageSet(mnist::clothes, std::move(config)) {}
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::dataset<Digits>(mnist::digits.id, schema,
                                  "MNIST: 70 000 handwritten digits, 28 x 28 pixels, 10 classes.",
                                  mnist::files(mnist::digits), mnist::digits.folder),
            glia::dataset<Clothes>(mnist::clothes.id, schema,
                                   "Fashion-MNIST: 70 000 pieces of clothing, 28 x 28 pixels, 10 "
                                   "classes (Debian package dataset-fashion-mnist).",
                                   mnist::files(mnist::clothes), mnist::clothes.folder))
