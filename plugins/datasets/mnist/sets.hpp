// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>

#include <array>
#include <string>
#include <vector>

namespace mnist {

/// One of the image sets that share MNIST's format.
struct Set {
  const char* id;      ///< of the plugin
  const char* title;   ///< what people call it
  const char* folder;  ///< what its folder is called
  const char* how_to_get;
  std::array<const char*, 10> class_names;
  std::array<const char*, 4> sha256;   ///< of the unpacked files, as `file_names`
  std::array<const char*, 2> mirrors;  ///< base URLs; nullptr for none
};

/// Train images, train labels, test images, test labels.
inline constexpr std::array<const char*, 4> file_names{
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

inline constexpr Set digits{"mnist",
                            "MNIST",
                            "mnist",
                            "glia data get mnist",
                            {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                            {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                             "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                             "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                             "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
                            {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                             "https://storage.googleapis.com/cvdf-datasets/mnist/"}};

inline constexpr Set clothes{
    "fashion",
    "Fashion-MNIST",
    "fashion-mnist",
    "apt install dataset-fashion-mnist, or glia data get fashion",
    {"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
     "ankle boot"},
    {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
     "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
     "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
     "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
    {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", nullptr}};

/// The files of a set for `glia data get`.
inline std::vector<glia::DataFile> files(const Set& set) {
  std::vector<glia::DataFile> all;
  for (std::size_t i = 0; i < file_names.size(); ++i) {
    glia::DataFile file{file_names[i], set.sha256[i], {}};
    for (const char* base : set.mirrors) {
      if (base) file.urls.push_back(std::string(base) + file.name + ".gz");
    }
    all.push_back(std::move(file));
  }
  return all;
}

}  // namespace mnist
