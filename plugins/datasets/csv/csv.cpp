// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/remarks.hpp>
#include <glia/sdk/table_columns.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using glia::Error;
using glia::ErrorCode;
using glia::Split;

struct Config {
  std::string train_file, test_file, target;
  std::string target_is = "class";
  std::vector<std::string> classes, inputs, ignore;
  bool header = true;
  std::string separator = "comma";
  std::string decimal = "point";
  std::vector<std::int64_t> shape;
  double divide_by = 1;
  double test = 0;
  std::int64_t test_seed = 1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::train_file, "train_file")
        .required()
        .doc("A CSV file with one training sample a line."),
    glia::field(&Config::test_file, "test_file")
        .doc("As train_file, to test on; its columns may stand in another order. Left out, 'test' "
             "says which part of train_file is for testing."),
    glia::field(&Config::target, "target")
        .required()
        .doc("The column that is to be learned: its name or, without header, its number from 1."),
    glia::field(&Config::target_is, "target_is")
        .choices("class", "value")
        .doc("Whether the target is a class, by whatever text, or a number to regress on."),
    glia::field(&Config::classes, "classes")
        .doc("The classes as the file writes them, in the order in which they are numbered; left "
             "out, all that occur in train_file, sorted."),
    glia::field(&Config::inputs, "inputs")
        .doc("The columns that a sample is made of, in this order; * and ? stand for any letters "
             "and any letter. Left out, all but 'target' and 'ignore'."),
    glia::field(&Config::ignore, "ignore").doc("Columns that are no inputs."),
    glia::field(&Config::header, "header")
        .doc("Whether the first line holds the names of the columns."),
    glia::field(&Config::separator, "separator")
        .choices("comma", "semicolon", "tab")
        .doc("What stands between two fields."),
    glia::field(&Config::decimal, "decimal")
        .choices("point", "comma")
        .doc("What stands before the decimals of a number."),
    glia::field(&Config::shape, "shape")
        .at_least(1)
        .doc("Extents of a sample, whose numbers are read row by row: [28, 28]. Left out, a row."),
    glia::field(&Config::divide_by, "divide_by")
        .range(1e-30, 1e30)
        .doc("Inputs are divided by this: 255 brings bytes to [0, 1], as a VAE needs."),
    glia::field(&Config::test, "test")
        .range(0, 0.9)
        .doc("The part of train_file that is not trained on but tested with, of each class alike, "
             "where there is no test_file: 0.2. It follows from test_seed and the lines of the "
             "file, and is the same for every seed of the pipeline."),
    glia::field(&Config::test_seed, "test_seed").at_least(0).doc("Which lines 'test' takes."),
    glia::rule<Config>([](const Config& config) -> const char* {
      if (config.test_file.empty() && config.test == 0) {
        return "nothing to test on: give a test_file, or test = 0.2 for a part of train_file";
      }
      return !config.test_file.empty() && config.test > 0
                 ? "'test' takes a part of train_file to test on, and there is a test_file: leave "
                   "out one of them"
                 : nullptr;
    }),
    glia::rule<Config>([](const Config& config) -> const char* {
      const std::set<std::string> different(config.classes.begin(), config.classes.end());
      return different.size() < config.classes.size() ? "'classes' names a class twice" : nullptr;
    }),
    glia::rule<Config>([](const Config& config) -> const char* {
      return config.target_is == "value" && !config.classes.empty()
                 ? "target_is = \"value\" leaves nothing for 'classes' to say"
                 : nullptr;
    }));

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
  throw Error(ErrorCode::data, what, hint);
}

char letter_of(const std::string& separator) {
  return separator == "tab" ? '\t' : separator == "semicolon" ? ';' : ',';
}

csv::Form form_of(const Config& config) {
  return {.separator = letter_of(config.separator),
          .decimal = config.decimal == "comma" ? ',' : '.',
          .header = config.header,
          .inputs = config.inputs,
          .ignore = config.ignore,
          .target = config.target,
          .classes = config.target_is == "class"};
}

/// One's own data as a table. It is held in memory.
class Csv final : public glia::Dataset, public glia::Tabular, public glia::Remarks {
 public:
  explicit Csv(Config config) : config_(std::move(config)), form_(form_of(config_)) {}

  glia::SampleSpec spec() const override {
    glia::SampleSpec spec;
    const auto width = static_cast<std::int64_t>(inputs().size());
    spec.shape = config_.shape.empty() ? std::vector{width} : config_.shape;
    constexpr std::int64_t most = 100'000'000;
    std::int64_t asked = 1;  // no product that might not fit
    for (const auto extent : spec.shape) asked = extent > most / asked ? most + 1 : asked * extent;
    if (asked != width) {
      fail(config_.train_file + " has " + std::to_string(width) +
               " columns of inputs, but 'shape' asks for " +
               (asked > most ? "more than " + std::to_string(most) : std::to_string(asked)),
           "columns that are no inputs are named by 'ignore'");
    }
    // All that its first line can tell is told before anything is trained.
    if (!config_.test_file.empty()) csv::require_like(config_.test_file, form_, inputs());
    if (!form_.classes) {
      spec.target_width = 1;
      return spec;
    }
    spec.class_names =
        config_.classes.empty() ? csv::classes_of(config_.train_file, form_) : config_.classes;
    spec.classes = static_cast<std::int64_t>(spec.class_names.size());
    if (std::set(spec.class_names.begin(), spec.class_names.end()).size() < 2) {
      fail(config_.train_file + ": every sample is of the class '" + spec.class_names.front() +
               "', expected two classes or more",
           "see 'target', 'classes'");
    }
    return spec;
  }

  glia::TableColumns columns() const override {
    const csv::Columns found = csv::columns_of(config_.train_file, form_);
    return {.inputs = csv::input_names(found),
            .all = found.names,
            .separator = form_.separator,
            .header = form_.header,
            .decimal = form_.decimal};
  }

  /// Numbers that are not what the files say.
  std::vector<std::string> remarks() const override {
    std::vector<std::string> all;
    for (const auto& path : {config_.train_file, config_.test_file}) {
      if (path.empty()) continue;
      const csv::Table* known = &(path == config_.train_file ? train_ : test_);
      const csv::Losses losses =
          known->lines.empty() ? csv::read_table(path, form_, inputs()).losses : known->losses;
      if (!losses.same.empty()) {
        all.push_back(path + ": numbers become float32, which tells seven digits apart: " +
                      losses.same + "; take what they have in common away from them");
      }
      if (losses.count == 0) continue;
      all.push_back(
          path +
          ": numbers become float32, which holds whole numbers to 16777216: " + losses.first +
          (losses.count > 1 ? ", and " + std::to_string(losses.count - 1) + " more" : "") +
          "; bring the column to another unit, or count from a number nearby");
      if (config_.train_file == config_.test_file) break;
    }
    return all;
  }

  std::string identity() const override {
    std::string identity = glia::identity_of_file(config_.train_file);
    if (config_.test_file.empty()) return identity;  // the part follows from settings besides
    return identity + ' ' + glia::identity_of_file(config_.test_file);
  }

  void open() override {
    spec_ = spec();
    train_ = load(config_.train_file);
    if (!config_.test_file.empty()) {
      test_ = load(config_.test_file);
      return;
    }
    const auto chosen = csv::part_of(train_, config_.test, config_.test_seed);
    test_ = csv::lines_of(train_, chosen, true);
    const csv::Losses losses = train_.losses;  // of the file, whichever part has them
    train_ = csv::lines_of(train_, chosen, false);
    train_.losses = losses;
    if (test_.lines.empty() || train_.lines.empty()) {
      fail(config_.train_file + ": test = " + std::to_string(config_.test) + " of " +
               std::to_string(chosen.size()) + " samples leaves none to " +
               (test_.lines.empty() ? "test with" : "train on"),
           "take another part, or give a test_file");
    }
  }

  std::int64_t size(Split split) const override {
    return static_cast<std::int64_t>(part(split).lines.size());
  }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    const csv::Table& from = part(split);
    const auto width = static_cast<std::size_t>(spec_.features());
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw Error(ErrorCode::internal, "csv: there is no sample of this number");
      }
      const auto i = static_cast<std::size_t>(indices[row]);
      const auto numbers = std::span(from.inputs).subspan(i * width, width);
      std::copy(numbers.begin(), numbers.end(), inputs.subspan(row * width, width).begin());
      if (form_.classes) {
        labels[row] = from.classes[i];
      } else {
        values[row] = from.values[i];
      }
    }
  }

 private:
  const csv::Table& part(Split split) const { return split == Split::train ? train_ : test_; }

  std::vector<std::string> inputs() const {
    return csv::input_names(csv::columns_of(config_.train_file, form_));
  }

  csv::Table load(const std::string& path) const {
    csv::Table table = csv::read_table(path, form_, inputs());
    if (config_.divide_by != 1) {
      for (float& number : table.inputs) {
        const bool zero = number == 0;
        number = static_cast<float>(static_cast<double>(number) / config_.divide_by);
        if (number == 0 && !zero) {
          fail(path + ": divide_by = " + std::to_string(config_.divide_by) +
                   " makes zeros of inputs that are none",
               "choose a smaller one");
        }
      }
    }
    if (form_.classes) number_classes(path, table);
    return table;
  }

  /// From places among the file's own texts to the numbers of classes.
  void number_classes(const std::string& path, csv::Table& table) const {
    std::vector<std::int64_t> number;
    for (const auto& text : table.texts) {
      const auto at = std::find(spec_.class_names.begin(), spec_.class_names.end(), text);
      number.push_back(at == spec_.class_names.end() ? -1 : at - spec_.class_names.begin());
    }
    for (std::size_t i = 0; i < table.classes.size(); ++i) {
      const auto place = static_cast<std::size_t>(table.classes[i]);
      table.classes[i] = number[place];
      if (number[place] >= 0) continue;
      fail(path + ':' + std::to_string(table.lines[i]) + ": column '" + config_.target +
               "': the class '" + table.texts[place].substr(0, 40) + "' is unknown",
           (config_.classes.empty() ? "the classes of " + config_.train_file + " are "
                                    : std::string("'classes' names ")) +
               csv::list_of(spec_.class_names));
    }
  }

  Config config_;
  csv::Form form_;
  glia::SampleSpec spec_;
  csv::Table train_, test_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Csv>("csv", schema, "Your own data: CSV files with a header."))
