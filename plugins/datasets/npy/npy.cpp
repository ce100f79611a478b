// SPDX-License-Identifier: MIT
#include "array.hpp"
#include "labels.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/remarks.hpp>
#include <glia/sdk/test_part.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using glia::Error;
using glia::ErrorCode;
using glia::Split;

struct Config {
  std::string train_inputs, test_inputs, train_targets, test_targets;
  std::int64_t classes = 0;
  double divide_by = 1;
  double test = 0;
  std::int64_t test_seed = 1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::train_inputs, "train_inputs")
        .required()
        .doc("A .npy file: one training sample per row, of any shape."),
    glia::field(&Config::train_targets, "train_targets")
        .required()
        .doc("A .npy file: a whole number (class, from 0) per sample, or real values."),
    glia::field(&Config::test_inputs, "test_inputs")
        .doc("As train_inputs, to test on. Left out, 'test' says which part of the training "
             "samples is for testing."),
    glia::field(&Config::test_targets, "test_targets").doc("As train_targets, to test on."),
    glia::field(&Config::classes, "classes")
        .range(0, npy::most_classes)
        .doc("How many classes there are; 0: the greatest training label tells."),
    glia::field(&Config::divide_by, "divide_by")
        .range(1e-30, 1e30)
        .doc("Inputs are divided by this: 255 brings bytes to [0, 1], as a VAE needs."),
    glia::field(&Config::test, "test")
        .range(0, 0.9)
        .doc("The part of the training samples that is not trained on but tested with, of each "
             "class alike, where there are no files to test on: 0.2. It follows from test_seed "
             "and the samples, and is the same for every seed of the pipeline."),
    glia::field(&Config::test_seed, "test_seed").at_least(0).doc("Which samples 'test' takes."),
    glia::rule<Config>([](const Config& config) -> const char* {
      if (config.test_inputs.empty() != config.test_targets.empty()) {
        return "test_inputs and test_targets go together: one of them is missing";
      }
      if (config.test_inputs.empty() && config.test == 0) {
        return "nothing to test on: give test_inputs and test_targets, or test = 0.2 for a part "
               "of the training samples";
      }
      return !config.test_inputs.empty() && config.test > 0
                 ? "'test' takes a part of the training samples to test on, and there are files "
                   "to test on: leave out one of them"
                 : nullptr;
    }));

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
  throw Error(ErrorCode::data, what, hint);
}

std::string text_of(at::IntArrayRef shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "a single number" : text;
}

/// One's own data, as NumPy saved it. Files are mapped: sets larger than memory can be used.
class Npy final : public glia::Dataset, public glia::Remarks {
 public:
  explicit Npy(Config config) : config_(std::move(config)) {}

  glia::SampleSpec spec() const override {
    const glia::NpyHeader inputs = npy::read_header(config_.train_inputs);
    const glia::NpyHeader targets = npy::read_header(config_.train_targets);
    require_match(config_.train_inputs, inputs, config_.train_targets, targets);
    glia::SampleSpec spec;
    spec.shape.assign(inputs.shape.begin() + 1, inputs.shape.end());
    if (spec.shape.empty()) spec.shape = {1};
    if (c10::isIntegralType(targets.dtype, /*includeBool=*/true)) {
      spec.classes = npy::count_classes(config_.train_targets, config_.classes);
    } else {
      spec.target_width = 1;
      for (std::size_t i = 1; i < targets.shape.size(); ++i) spec.target_width *= targets.shape[i];
      if (config_.classes > 0) {
        const bool wide = spec.target_width > 1;
        fail(config_.train_targets + ": classes = " + std::to_string(config_.classes) +
                 ", but its numbers are real values, not labels",
             wide ? "of one-hot rows, save TARGETS.argmax(axis=1); or leave out 'classes'"
                  : "save LABELS.astype('int64'), or leave out 'classes'");
      }
    }
    if (own_test()) check_test(spec);
    return spec;
  }

  /// Numbers that are not what the files say.
  std::vector<std::string> remarks() const override {
    std::vector<std::string> all;
    const auto look = [&](const std::string& path) {
      const std::string lost = npy::losses_of(npy::map_array(path));
      if (lost.empty()) return;
      all.push_back(path + ": numbers become float32, which tells seven digits apart: " + lost +
                    "; bring them to another unit, or count from a number nearby");
    };
    const bool values = npy::read_header(config_.train_targets).dtype == at::kDouble;
    look(config_.train_inputs);
    if (own_test()) look(config_.test_inputs);
    if (values) look(config_.train_targets);
    if (values && own_test()) look(config_.test_targets);
    return all;
  }

  std::string identity() const override {
    std::string text;
    for (const auto* path : {&config_.train_inputs, &config_.train_targets, &config_.test_inputs,
                             &config_.test_targets}) {
      if (!path->empty()) text += glia::identity_of_file(*path) + ' ';
    }
    return text;
  }

  void open() override {
    spec_ = spec();
    train_ = load(config_.train_inputs, config_.train_targets);
    if (own_test()) {
      test_ = load(config_.test_inputs, config_.test_targets);
    } else {
      share_out();
    }
  }

  std::int64_t size(Split split) const override {
    return own_test() ? part(split).inputs.size(0)
                      : static_cast<std::int64_t>(rows_of(split).size());
  }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    const Part& from = part(split);
    const auto n = static_cast<std::int64_t>(indices.size());
    std::vector<std::int64_t> places;
    for (const std::int64_t index : indices) {
      if (index < 0 || index >= size(split)) {
        throw Error(ErrorCode::internal, "npy: there is no sample " + std::to_string(index));
      }
      places.push_back(own_test() ? index : rows_of(split)[static_cast<std::size_t>(index)]);
    }
    const at::Tensor rows = at::tensor(places);
    const auto copy = [&](const at::Tensor& source, auto out, at::ScalarType type) {
      if (static_cast<std::int64_t>(out.size()) != n * source.size(1)) {
        throw Error(ErrorCode::internal, "npy: the room for a batch has the wrong size");
      }
      at::Tensor target = at::from_blob(out.data(), {n, source.size(1)}, type);
      target.copy_(source.index_select(0, rows));
      return target;
    };
    at::Tensor x = copy(from.inputs, inputs, at::kFloat);
    if (config_.divide_by != 1) divide(x, config_.divide_by);
    const bool of_training = split == Split::train || !own_test();
    require_finite(x, places, of_training ? config_.train_inputs : config_.test_inputs);
    if (spec_.classes > 0) {
      copy(from.targets, labels, at::kLong);
    } else {
      const at::Tensor y = copy(from.targets, values, at::kFloat);
      require_finite(y, places, of_training ? config_.train_targets : config_.test_targets);
    }
  }

 private:
  struct Part {
    at::Tensor inputs, targets;  ///< [N, features], [N, width], of the file's dtype
  };

  /// Whether there are files to test on; else some of the training samples are for that.
  bool own_test() const { return !config_.test_inputs.empty(); }

  const Part& part(Split split) const {
    return split == Split::train || !own_test() ? train_ : test_;
  }

  const std::vector<std::int64_t>& rows_of(Split split) const {
    return split == Split::train ? train_rows_ : test_rows_;
  }

  /// Which samples of the training files are trained on and which are tested with.
  void share_out() {
    const auto samples = static_cast<std::size_t>(train_.inputs.size(0));
    const at::Tensor labels =
        spec_.classes > 0 ? train_.targets.to(at::kLong).contiguous() : at::empty({0}, at::kLong);
    const auto chosen = glia::test_part(
        {labels.data_ptr<std::int64_t>(), static_cast<std::size_t>(labels.numel())}, samples,
        config_.test, static_cast<std::uint64_t>(config_.test_seed), "npy/test");
    train_rows_.clear();
    test_rows_.clear();
    for (std::size_t i = 0; i < samples; ++i) {
      (chosen[i] ? test_rows_ : train_rows_).push_back(static_cast<std::int64_t>(i));
    }
    if (!train_rows_.empty() && !test_rows_.empty()) return;
    fail(config_.train_inputs + ": test = " + std::to_string(config_.test) + " of " +
             std::to_string(samples) + " samples leaves none to " +
             (test_rows_.empty() ? "test with" : "train on"),
         "take another part, or give test_inputs and test_targets");
  }

  static void require_rows(const std::string& path, const std::vector<std::int64_t>& shape) {
    if (shape.empty()) fail(path + ": a single number, expected one row per sample");
    if (shape[0] == 0) fail(path + ": holds no samples");
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) {
      fail(path + ": its samples hold no numbers: the array is " + text_of(shape));
    }
  }

  static void require_match(const std::string& input_path, const glia::NpyHeader& inputs,
                            const std::string& target_path, const glia::NpyHeader& targets) {
    require_rows(input_path, inputs.shape);
    require_rows(target_path, targets.shape);
    if (inputs.shape[0] == targets.shape[0]) return;
    fail("inputs and targets do not match: " + input_path + " is " + text_of(inputs.shape) + ", " +
         target_path + " " + text_of(targets.shape));
  }

  /// What would end a run at its start is told before.
  void check_test(const glia::SampleSpec& spec) const {
    require_match(config_.test_inputs, npy::read_header(config_.test_inputs), config_.test_targets,
                  npy::read_header(config_.test_targets));
    if (spec.classes == 0) return;
    if (config_.classes > 0) {  // not counted, so not looked at yet
      npy::check_labels(npy::map_array(config_.train_targets), config_.train_targets, spec.classes,
                        false);
    }
    npy::check_labels(npy::map_array(config_.test_targets), config_.test_targets, spec.classes,
                      config_.classes == 0);
  }

  static void divide(at::Tensor& x, double divisor) {
    const at::Tensor before = x.ne(0);
    x.div_(divisor);
    if (!before.logical_and(x.eq(0)).any().item<bool>()) return;
    fail("divide_by = " + std::to_string(divisor) + " makes zeros of inputs that are none",
         "choose a smaller one");
  }

  static void require_finite(const at::Tensor& rows, std::span<const std::int64_t> indices,
                             const std::string& path) {
    const at::Tensor good = rows.isfinite().all(1);
    if (good.all().item<bool>()) return;
    const auto row = good.to(at::kInt).argmin().item<std::int64_t>();
    fail(path + ": sample " + std::to_string(indices[static_cast<std::size_t>(row)]) +
         " has a NaN or infinite value, or one that a float32 cannot hold (3.4e38)");
  }

  Part load(const std::string& input_path, const std::string& target_path) const {
    Part part{npy::map_array(input_path), npy::map_array(target_path)};
    const std::int64_t n = part.inputs.dim() > 0 ? part.inputs.size(0) : 0;
    if (part.targets.dim() == 0 || n != part.targets.size(0)) {
      fail("inputs and targets do not match: " + input_path + " is " +
           text_of(part.inputs.sizes()) + ", " + target_path + " " + text_of(part.targets.sizes()));
    }
    part.inputs = part.inputs.reshape({n, -1});
    part.targets = part.targets.reshape({n, -1});
    if (part.inputs.size(1) != spec_.features()) {
      fail(input_path + ": samples have " + std::to_string(part.inputs.size(1)) +
           " numbers, those of " + config_.train_inputs + " have " +
           std::to_string(spec_.features()));
    }
    spec_.classes > 0
        ? npy::check_labels(part.targets, target_path, spec_.classes, config_.classes == 0)
        : check_values(part.targets, target_path);
    return part;
  }

  void check_values(const at::Tensor& values, const std::string& path) const {
    if (values.size(1) == spec_.target_width) return;
    fail(path + ": samples have " + std::to_string(values.size(1)) + " target values, those of " +
         config_.train_targets + " have " + std::to_string(spec_.target_width));
  }

  Config config_;
  glia::SampleSpec spec_;
  Part train_, test_;
  std::vector<std::int64_t> train_rows_, test_rows_;  ///< places in the training files
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Npy>("npy", schema,
                                        "Your own data: NumPy .npy files of inputs and targets."))
