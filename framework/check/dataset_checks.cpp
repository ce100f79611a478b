// SPDX-License-Identifier: MIT
#include "check/tools.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <thread>

namespace glia::check {
namespace {

struct Batch {
  std::vector<float> inputs, values;
  std::vector<std::int64_t> labels;

  bool operator==(const Batch& other) const {
    return labels == other.labels && same(inputs, other.inputs) && same(values, other.values);
  }
  static bool same(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  }
};

Batch read(const Dataset& set, Split split, const std::vector<std::int64_t>& indices) {
  const SampleSpec spec = set.spec();
  Batch batch;
  batch.inputs.resize(indices.size() * static_cast<std::size_t>(spec.features()), -777);
  if (spec.classes > 0) {
    batch.labels.resize(indices.size(), -777);
  } else {
    batch.values.resize(indices.size() * static_cast<std::size_t>(spec.target_width), -777);
  }
  set.read(split, indices, batch.inputs, batch.labels, batch.values);
  return batch;
}

std::unique_ptr<Dataset> closed(const Subject& s) {
  return s.descriptor->make_dataset(plugin::example_values(*s.descriptor));
}

std::unique_ptr<Dataset> opened(const Subject& s) {
  auto set = closed(s);
  try {
    set->open();
  } catch (const Error& e) {
    if (e.code() != ErrorCode::data) throw;
    throw Unseen{"its data is not on this machine: " +
                 e.message().substr(0, e.message().find_first_of(";\n"))};
  }
  return set;
}

const char* name(Split split) { return split == Split::train ? "train" : "test"; }

void spec(const Subject& s) {
  const SampleSpec spec = closed(s)->spec();  // before open(), on purpose
  expect(!spec.shape.empty() && spec.features() > 0, "a sample has no numbers: its shape is empty");
  expect((spec.classes > 0) != (spec.target_width > 0),
         "targets are either classes or real values: set one of 'classes' and 'target_width'");
  expect(spec.class_names.empty() ||
             static_cast<std::int64_t>(spec.class_names.size()) == spec.classes,
         fmt::format("there are {} names for {} classes", spec.class_names.size(), spec.classes));
}

void open(const Subject& s) {
  try {
    closed(s)->open();
  } catch (const Error& e) {
    expect(e.code() == ErrorCode::data, "missing data has to be an Error of code 'data'");
    expect(!e.hint().empty(), "the message does not say how to get the data: " + e.message());
  }
}

void samples(const Subject& s) {
  const auto set = opened(s);
  const SampleSpec spec = set->spec();
  for (const Split split : {Split::train, Split::test}) {
    const std::int64_t size = set->size(split);
    expect(size > 0, fmt::format("the {} split is empty", name(split)));
    const Batch batch = read(*set, split, {0, size / 2, size - 1});
    for (const auto x : batch.inputs) {
      expect(std::isfinite(x) && x != -777, "inputs are NaN, infinite or not written at all");
    }
    for (const auto x : batch.values) {
      expect(std::isfinite(x) && x != -777, "targets are NaN, infinite or not written at all");
    }
    for (const auto label : batch.labels) {
      expect(label >= 0 && label < spec.classes,
             fmt::format("there is a label {}, but classes are 0 to {}", label, spec.classes - 1));
    }
  }
}

void order(const Subject& s) {
  const auto set = opened(s);
  const std::int64_t last = set->size(Split::train) - 1;
  const std::vector<std::int64_t> indices{last, 0, last / 2, 0};
  const Batch together = read(*set, Split::train, indices);
  Batch one_by_one;
  for (const auto i : indices) {
    const Batch one = read(*set, Split::train, {i});
    const auto add = [](auto& all, const auto& some) {
      all.insert(all.end(), some.begin(), some.end());
    };
    add(one_by_one.inputs, one.inputs);
    add(one_by_one.values, one.values);
    add(one_by_one.labels, one.labels);
  }
  expect(together == one_by_one,
         "a sample read alone differs from the same sample read as one of several");
}

void range(const Subject& s) {
  const auto set = opened(s);
  for (const Split split : {Split::train, Split::test}) {
    for (const std::int64_t index : {set->size(split), std::int64_t{-1}}) {
      bool refused = false;
      try {
        read(*set, split, {index});
      } catch (const Error&) {
        refused = true;
      }
      expect(refused, fmt::format("sample {} of the {} split is read, though it does not exist",
                                  index, name(split)));
    }
  }
}

void threads(const Subject& s) {
  const auto set = opened(s);
  const std::int64_t last = set->size(Split::train) - 1;
  const std::vector<std::vector<std::int64_t>> wanted{{0, last}, {last / 2, last / 3}};
  std::vector<Batch> serial;
  for (const auto& indices : wanted) serial.push_back(read(*set, Split::train, indices));
  std::vector<char> equal(wanted.size(), 1);
  std::vector<std::thread> all;
  for (std::size_t t = 0; t < wanted.size(); ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        try {
          if (!(read(*set, Split::train, wanted[t]) == serial[t])) equal[t] = 0;
        } catch (...) {
          equal[t] = 0;
        }
      }
    });
  }
  for (auto& thread : all) thread.join();
  expect(equal[0] && equal[1], "read in two threads at once, samples differ from those read alone");
}

}  // namespace

std::vector<Check> dataset_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"dataset-spec", "Pipelines are checked before any file is opened: the spec must be known.",
       error, plugin, datasets, spec, true},
      {"dataset-open",
       "Missing data is the first thing that happens to everybody: say how to get it.", error,
       plugin, datasets, open},
      {"dataset-samples", "One label too many, or one NaN, and no network can learn from it.",
       error, plugin, datasets, samples},
      {"dataset-order",
       "Batches are cut and shuffled at will: a sample must not depend on its company.", error,
       plugin, datasets, order},
      {"dataset-range", "Reading past the end gives garbage that looks like data.", error, plugin,
       datasets, range},
      {"dataset-threads", "Several stages read at once.", error, plugin, datasets, threads},
  };
}

}  // namespace glia::check
