// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace glia {

/// Parts of a data set. A dataset plugin is asked for `train` and `test` only: the host takes the
/// samples for validation, on which everything is chosen, out of the training part.
enum class Split { train, test, validation };

/// "train", "test", "validation".
GLIA_API const char* split_name(Split split);

/// What one sample looks like; known before any file is opened whenever the format fixes it.
struct SampleSpec {
  std::vector<std::int64_t> shape;         ///< of one input, without the batch ({28, 28})
  std::int64_t classes = 0;                ///< targets are labels 0 .. classes-1; 0 = real-valued
  std::int64_t target_width = 0;           ///< real-valued targets per sample, when classes = 0
  std::vector<std::string> class_names{};  ///< optional

  /// Numbers per input.
  std::int64_t features() const {
    std::int64_t n = 1;
    for (auto extent : shape) n *= extent;
    return n;
  }
};

/// A file of the data set, and where it can be had.
struct DataFile {
  std::string name;               ///< as stored ("train-images-idx3-ubyte")
  std::string sha256;             ///< of the unpacked file
  std::vector<std::string> urls;  ///< tried in order; a ".gz" is unpacked
};

/// Samples by number. The host decides which ones, in which order and on which thread.
class GLIA_API Dataset {
 public:
  virtual ~Dataset();

  /// Shape and targets. Must not depend on `open()`. [thread-safe]
  virtual SampleSpec spec() const = 0;

  /// Opens and checks the files. Error (data) says which file, what is wrong, how to get it. Called
  /// once, before `size` and `read`. [serial]
  virtual void open() = 0;

  virtual std::int64_t size(Split split) const = 0;

  /// Writes samples `indices` as rows of `inputs` [indices, features], and their labels [indices]
  /// or `values` [indices, target_width]; the span that the spec does not use is empty.
  /// [thread-safe]
  virtual void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
                    std::span<std::int64_t> labels, std::span<float> values) const = 0;

  /// Text that changes whenever the samples change although the parameters stay the same; results
  /// are only taken from an earlier run if it is equal. A set that reads files gives
  /// `identity_of_data`; the default is for samples that follow from the parameters alone. Must
  /// not depend on `open()`, and must not fail for files that are missing. [thread-safe]
  virtual std::string identity() const;
};

/// Where data files are looked for, in this order: `explicit_folder` if not empty (then nowhere
/// else), $GLIA_DATA_DIR/<set>, the user's data folder, /usr/share/datasets/<set>.
GLIA_API std::vector<std::string> data_folders(const std::string& set,
                                               const std::string& explicit_folder);

/// The first of these folders that holds every file of `names`, each plain or as NAME.gz. Error
/// (data) says what each folder tried lacks; `title` is what the user calls the set, `hint` how to
/// get it.
GLIA_API std::string find_data(const std::string& set, const std::string& explicit_folder,
                               const std::vector<std::string>& names, const std::string& title,
                               const std::string& hint);

/// FOLDER/NAME, or FOLDER/NAME.gz when only that exists.
GLIA_API std::string data_path(const std::string& folder, const std::string& name);

/// SHA-256 of a file's bytes, or "" if it cannot be read. Remembered while its size and time of
/// change stay the same. [thread-safe]
GLIA_API std::string identity_of_file(const std::string& path);

/// `identity_of_file` of all these files, as found by `find_data`; "" if they are not there.
GLIA_API std::string identity_of_data(const std::string& set, const std::string& explicit_folder,
                                      const std::vector<std::string>& names);

}  // namespace glia
