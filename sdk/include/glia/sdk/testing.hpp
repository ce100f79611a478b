// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/export.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

// For the test that an author writes beside a plugin: plain numbers in, plain numbers out, no
// LibTorch to compile. Build plugin and test into one executable (glia_add_plugin(NAME ... TEST
// ...)).

extern "C" GLIA_API const ::glia::PluginEntry glia_entry;

namespace glia {
class Activation;
class Encoder;
class Head;
class Task;
}  // namespace glia

namespace glia::testing {

/// Values by parameter name; parameters left out keep their default.
using Values = ValueMap;
/// Parameters and buffers by name ("gain"; "weight" and "bias" of a stencil layer), row by row.
using Parameters = std::map<std::string, std::vector<double>>;

struct Sample {
  std::vector<float> inputs;
  std::int64_t label = 0;
  std::vector<float> values;
};

namespace detail {
GLIA_API std::unique_ptr<Layer> wave_layer(const PluginEntry&, const std::string&, const Values&);
GLIA_API std::unique_ptr<Dataset> dataset(const PluginEntry&, const std::string&, const Values&);
GLIA_API std::shared_ptr<Activation> activation(const PluginEntry&, const std::string&,
                                                const Values&);
GLIA_API std::shared_ptr<Encoder> encoder(const PluginEntry&, const std::string&, const Values&);
GLIA_API std::shared_ptr<Head> head(const PluginEntry&, const std::string&, const Values&);
GLIA_API std::shared_ptr<Task> task(const PluginEntry&, const std::string&, const Values&);
GLIA_API void expect(bool holds, const char* text, const char* file, int line);
}  // namespace detail

/// Makes the wave layer `id` of this plugin, as the program would: Error (configuration) says which
/// value is wrong.
inline std::unique_ptr<Layer> wave_layer(const std::string& id, const Values& values = {}) {
  return detail::wave_layer(::glia_entry, id, values);
}

/// The same for datasets, activations, encoders, heads and tasks.
inline std::unique_ptr<Dataset> dataset(const std::string& id, const Values& values = {}) {
  return detail::dataset(::glia_entry, id, values);
}
inline std::shared_ptr<Activation> activation(const std::string& id, const Values& values = {}) {
  return detail::activation(::glia_entry, id, values);
}
inline std::shared_ptr<Encoder> encoder(const std::string& id, const Values& values = {}) {
  return detail::encoder(::glia_entry, id, values);
}
inline std::shared_ptr<Head> head(const std::string& id, const Values& values = {}) {
  return detail::head(::glia_entry, id, values);
}
inline std::shared_ptr<Task> task(const std::string& id, const Values& values = {}) {
  return detail::task(::glia_entry, id, values);
}

/// One row of cells through a layer, in float64. Parameters left out start as they do in a run with
/// seed 1; Error (shape) if one has the wrong number of elements, (usage) if there is none of its
/// name.
GLIA_API std::vector<double> forward(Layer& layer, const std::vector<double>& row,
                                     const Parameters& parameters = {});

/// The cells of the next row that hear `cell` of a row of `width` cells, by the derivative.
GLIA_API std::vector<std::int64_t> listeners(Layer& layer, std::int64_t width, std::int64_t cell);

/// One row of cells through an activation, in float64; parameters as for layers.
GLIA_API std::vector<double> forward(const Activation& activation, const std::vector<double>& row,
                                     const Parameters& parameters = {});
/// The derivative of each cell's answer by what the same cell was given.
GLIA_API std::vector<double> slopes(const Activation& activation, const std::vector<double>& row,
                                    const Parameters& parameters = {});

/// Several rows of numbers of one length.
using Rows = std::vector<std::vector<double>>;

/// What an encoder makes of inputs; `log_variance` is empty where the code is deterministic.
struct Code {
  Rows mean, log_variance;
};
/// Builds the encoder for inputs of `shape` (empty: a plain row) and encodes, in float64.
/// Parameters as for layers. Once per encoder.
GLIA_API Code encode(Encoder& encoder, const Rows& inputs, const Parameters& parameters = {},
                     std::vector<std::int64_t> shape = {});

/// The same for an encoder that is fitted, here to the rows `training`. `encode` takes what it would
/// have found out of `parameters`.
GLIA_API Code fit_and_encode(Encoder& encoder, const Rows& training, const Rows& inputs,
                             const Parameters& parameters = {},
                             std::vector<std::int64_t> shape = {});

/// What a head is to answer: labels below `classes`, or values where `classes` is 0.
struct Targets {
  std::int64_t classes = 0;
  std::vector<std::int64_t> labels;
  Rows values;
};
/// What it answered.
struct Answer {
  Rows output;
  double loss = 0;
  std::vector<double> score;
  std::vector<std::int64_t> predicted;    ///< empty where there are no classes
  std::map<std::string, double> metrics;  ///< by name, means over the rows
};
/// Builds the head for such rows and targets and lets it answer, in float64. Error (shape) if they
/// do not fit it. Parameters as for layers. Once per head.
GLIA_API Answer answer(Head& head, const Rows& rows, const Targets& targets,
                       const Parameters& parameters = {});

/// One step of an episode.
struct Step {
  std::vector<float> observed;  ///< before the action
  std::int32_t action = 0;
  float reward = 0;
  bool ended = false;  ///< after it
};
/// Plays the episode of a key with these actions, to its end or as long as there are actions. Error
/// (usage) if there is no such action.
GLIA_API std::vector<Step> play(const Task& task, std::uint64_t key,
                                const std::vector<std::int32_t>& actions);
/// The same to its end with what a baseline of the task advises. Error (usage) if it has none of this
/// name.
GLIA_API std::vector<Step> play_baseline(const Task& task, std::uint64_t key,
                                         const std::string& baseline);

/// Samples of an open dataset.
GLIA_API std::vector<Sample> read(const Dataset& dataset, Split split,
                                  const std::vector<std::int64_t>& indices);

/// What `main` returns: 0 if every GLIA_EXPECT held, after a line that counts them.
GLIA_API int result();

}  // namespace glia::testing

/// Prints file, line and the condition if it does not hold, and goes on.
#define GLIA_EXPECT(...) \
  ::glia::testing::detail::expect(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)
