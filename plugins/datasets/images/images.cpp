// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/picture.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/remarks.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using glia::Error;
using glia::ErrorCode;
using glia::PictureSize;
using glia::Split;

struct Config {
  std::string train_folder, test_folder;
  double divide_by = 255;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::train_folder, "train_folder")
        .required()
        .doc("A folder with a folder per class, named like it, in which its PNG pictures lie."),
    glia::field(&Config::test_folder, "test_folder").required().doc("As train_folder, to test on."),
    glia::field(&Config::divide_by, "divide_by")
        .range(1e-30, 1e30)
        .doc("Grey values (0 black, 255 white) are divided by this."));

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
  throw Error(ErrorCode::data, what, hint);
}

std::string text_of(const PictureSize& size) {
  return std::to_string(size.height) + " x " + std::to_string(size.width);
}

/// The folders in a folder, by name.
std::vector<std::string> classes_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    const std::string name = it->path().filename().string();
    if (it->is_directory(ignored) && name.front() != '.') names.push_back(name);
  }
  if (error) {
    fail("cannot read the folder " + folder + ": " + error.message(),
         "give a folder that holds a folder of PNG pictures for each class");
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> pictures_of(const std::string& folder, const std::string& name) {
  auto files = glia::pictures_in((fs::path(folder) / name).string());
  if (files.empty()) {
    fail((fs::path(folder) / name).string() + ": class '" + name + "' has no PNG pictures",
         "put some there, or remove the folder");
  }
  return files;
}

/// Whether people would take it for a picture, by its ending.
bool looks_like_picture(const fs::path& file) {
  constexpr std::array endings{".png", ".jpg",  ".jpeg", ".gif", ".bmp",
                               ".tif", ".tiff", ".webp", ".pgm", ".ppm"};
  std::string ending = file.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

/// Pictures that are passed over, as the first one and how many more; "" if there are none.
struct PassedOver {
  std::string first{};
  std::int64_t count = 0;

  void add(const fs::path& file) {
    if (count++ == 0) first = file.string();
  }
  std::string text() const {
    return count > 1 ? first + " and " + std::to_string(count - 1) + " more are" : first + " is";
  }
};

/// Files that are reached in two classes, through a link to the folder of another one.
class Shared {
 public:
  void add(const std::string& file, const std::string& name) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return;
    const auto [first, is_new] = classes_.emplace(std::pair(found.st_dev, found.st_ino), name);
    if (is_new || first->second == name) return;
    if (count_++ == 0) first_ = file + " is a picture of class '" + first->second + "' too";
  }

  std::string text() const {
    if (count_ < 2) return first_;
    return first_ + ", as " + std::to_string(count_ - 1) + " more are of two classes";
  }

 private:
  std::map<std::pair<dev_t, ino_t>, std::string> classes_;
  std::string first_;
  std::int64_t count_ = 0;
};

/// What of a folder with a folder per class no sample is made of, or two.
void remark(const std::string& folder, std::vector<std::string>& remarks) {
  PassedOver loose, others;
  Shared shared;
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_directory(ignored)) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (looks_like_picture(file)) loose.add(file);
  }
  for (const auto& name : classes_in(folder)) {
    const fs::path place = fs::path(folder) / name;
    const auto pictures = glia::pictures_in(place.string());
    const std::set<std::string> used(pictures.begin(), pictures.end());
    for (const auto& file : pictures) shared.add(file, name);
    files.clear();
    for (fs::recursive_directory_iterator it(place, error), end; !error && it != end;
         it.increment(error)) {
      files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      if (used.count(file.string()) == 0 && looks_like_picture(file)) others.add(file);
    }
  }
  if (loose.count > 0) {
    remarks.push_back(loose.text() + " passed over: pictures count in the folder of their class");
  }
  if (!shared.text().empty()) {
    remarks.push_back(shared.text() + ": the same file, through a link");
  }
  if (others.count > 0) {
    remarks.push_back(others.text() + " passed over: only PNG pictures are read");
  }
}

/// Grey pictures in folders, one per class. They are held in memory, a byte a pixel.
class Images final : public glia::Dataset, public glia::Remarks {
 public:
  explicit Images(Config config) : config_(std::move(config)) {}

  glia::SampleSpec spec() const override {
    glia::SampleSpec spec;
    spec.class_names = classes_in(config_.train_folder);
    if (spec.class_names.size() < 2) {
      fail(config_.train_folder + " holds " +
               (spec.class_names.empty() ? "no folders" : "one folder") +
               ", expected one for each of two classes or more",
           "put the pictures of each class into a folder that is named like the class");
    }
    spec.classes = static_cast<std::int64_t>(spec.class_names.size());
    for (const auto& name : spec.class_names) pictures_of(config_.train_folder, name);
    const auto first = pictures_of(config_.train_folder, spec.class_names.front()).front();
    const PictureSize size = glia::picture_size(first);
    spec.shape = {size.height, size.width};
    return spec;
  }

  /// Pictures that nobody sees.
  std::vector<std::string> remarks() const override {
    std::vector<std::string> all;
    remark(config_.train_folder, all);
    if (config_.test_folder != config_.train_folder) remark(config_.test_folder, all);
    return all;
  }

  std::string identity() const override {
    return glia::identity_of_pictures(config_.train_folder) + ' ' +
           glia::identity_of_pictures(config_.test_folder);
  }

  void open() override {
    spec_ = spec();
    train_ = load(config_.train_folder, spec_.class_names);
    for (const auto& name : classes_in(config_.test_folder)) {
      if (std::count(spec_.class_names.begin(), spec_.class_names.end(), name)) continue;
      fail((fs::path(config_.test_folder) / name).string() + ": the class '" + name +
               "' is unknown: " + config_.train_folder + " has no such folder",
           "name the folders of both alike");
    }
    test_ = load(config_.test_folder, classes_in(config_.test_folder));
  }

  std::int64_t size(Split split) const override {
    return static_cast<std::int64_t>(part(split).labels.size());
  }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    const Part& from = part(split);
    const auto width = static_cast<std::size_t>(spec_.features());
    const auto divisor = static_cast<float>(config_.divide_by);
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw Error(ErrorCode::internal, "images: there is no sample of this number");
      }
      const auto i = static_cast<std::size_t>(indices[row]);
      const auto pixels = std::span(from.pixels).subspan(i * width, width);
      std::transform(pixels.begin(), pixels.end(), inputs.subspan(row * width, width).begin(),
                     [&](std::uint8_t pixel) { return static_cast<float>(pixel) / divisor; });
      labels[row] = from.labels[i];
    }
  }

 private:
  struct Part {
    std::vector<std::uint8_t> pixels;  ///< [N, height, width]
    std::vector<std::int64_t> labels;
  };

  const Part& part(Split split) const { return split == Split::train ? train_ : test_; }

  /// Class by class, and by name within a class: the order does not hang on the file system.
  Part load(const std::string& folder, const std::vector<std::string>& names) const {
    Part part;
    const PictureSize size{spec_.shape[0], spec_.shape[1]};
    const auto width = static_cast<std::size_t>(spec_.features());
    for (const auto& name : names) {
      const auto label = std::find(spec_.class_names.begin(), spec_.class_names.end(), name) -
                         spec_.class_names.begin();
      for (const auto& file : pictures_of(folder, name)) {
        part.pixels.resize(part.pixels.size() + width);
        const auto found = glia::read_picture(file, size, std::span(part.pixels).last(width));
        if (found != size) {
          fail(file + ": the picture has " + text_of(found) + " pixels, the first one of " +
                   config_.train_folder + " has " + text_of(size),
               "bring all pictures to one size");
        }
        part.labels.push_back(label);
      }
    }
    if (part.labels.empty()) fail(folder + " holds no folders of pictures");
    return part;
  }

  Config config_;
  glia::SampleSpec spec_;
  Part train_, test_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::dataset<Images>("images", schema, "Your own data: a folder of PNG per class."))
