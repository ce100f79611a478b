// SPDX-License-Identifier: MIT
// pipeline.toml and weights.safetensors: a compiled network as glia run and the others take it.
#include "compile/keep.hpp"
#include "compile/npy.hpp"
#include "compile/written.hpp"
#include "core/files.hpp"
#include "train/safetensors.hpp"
#include "train/start_weights.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glia::compile {
namespace {

namespace fs = std::filesystem;

std::string text(const std::string& words) { return to_text(Value{words}); }

std::string activation_step(const Response& response) {
  std::string step = "{ activation = " + text(response.name);
  for (const auto& [name, value] : response.settings)
    step += fmt::format(", {} = {}", name, to_text(value));
  return step + " }";
}

/// The steps of a matrix, one text for those that belong together.
std::vector<std::string> steps_of(const Matrix& matrix) {
  std::vector<std::string> steps;
  if (matrix.pad > 0) steps.push_back(fmt::format("{{ wave = \"pad\", right = {} }}", matrix.pad));
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    const MatrixRow& row = matrix.rows[r];
    const std::int64_t layer = matrix.layer_after(r);
    const bool last = r + 1 == matrix.rows.size();
    std::string step =
        fmt::format("{{ wave = \"{}\"{} }}", row.wave(), row.has_bias() ? "" : ", bias = \"none\"");
    if (matrix.strict) {
      const bool linear = last && matrix.responses.back().linear();
      if (!linear) step += ", { activation = \"relu\" }";
    }
    steps.push_back(step);
    if (matrix.strict || layer < 0) continue;
    const Response& response = matrix.responses[static_cast<std::size_t>(layer)];
    if (!response.linear()) steps.push_back(activation_step(response));
  }
  return steps;
}

/// Equal steps in a row as one that repeats.
std::string pattern_of(const Matrix& matrix) {
  const auto steps = steps_of(matrix);
  std::string pattern = "pattern = [\n";
  for (std::size_t k = 0; k < steps.size();) {
    std::size_t count = 1;
    while (k + count < steps.size() && steps[k + count] == steps[k]) ++count;
    pattern += count == 1 ? fmt::format("  {},\n", steps[k])
                          : fmt::format("  {{ repeat = {}, pattern = [{}] }},\n", count, steps[k]);
    k += count;
  }
  return pattern + "]\n";
}

/// Writes an array once, and returns its name as TOML: the folder can be moved as it is.
std::string stored(const fs::path& folder, const char* name, const at::Tensor& numbers) {
  write_npy(folder / name, numbers);
  return text(name);
}

std::string network_table(const std::string& id, const std::string& input, const Matrix& matrix) {
  return fmt::format(
      "[network.{}]\ninput = {}\nweights = \"weights.safetensors\"\n"
      "freeze = true           # to train on: freeze = false and freeze_parts = [\"copies\"]\n"
      "keep_last_activation = {}\n{}",
      id, text(input), matrix.responses.back().linear() ? "false" : "true", pattern_of(matrix));
}

/// Adds the weights of a row, and which of them are the network's, as step `step` names them.
void add_row(const MatrixRow& row, std::size_t step, train::NamedTensors& tensors) {
  const auto offset = static_cast<int>(row.offset());
  const Stencil stencil = Stencil::band(row.in, row.out, {offset, offset + 1, offset + 2});
  const at::Tensor weight = at::empty({stencil.tap_count()}, at::kDouble);
  const at::Tensor crossing = at::empty({stencil.tap_count()}, at::kBool);
  for (std::size_t j = 0; j < row.weight.size(); ++j) {
    for (auto tap = stencil.first[j]; tap < stencil.first[j + 1]; ++tap) {
      const auto t = static_cast<std::size_t>(stencil.taps[static_cast<std::size_t>(tap)] -
                                              static_cast<std::int64_t>(j) - row.offset());
      weight.data_ptr<double>()[tap] = row.weight[j][t];
      crossing.data_ptr<bool>()[tap] = row.crossing[j][t];
    }
  }
  const std::string name = fmt::format("{}.{}.", step, row.wave());
  tensors.emplace_back(name + "weight", weight);
  tensors.emplace_back(fmt::format("{}weight{}", name, train::trainable_mark), crossing);
  if (!row.has_bias()) return;
  const at::Tensor bias = at::empty({row.out}, at::kDouble);
  const at::Tensor birth = at::empty({row.out}, at::kBool);
  std::copy(row.bias.begin(), row.bias.end(), bias.data_ptr<double>());
  std::copy(row.birth.begin(), row.birth.end(), birth.data_ptr<bool>());
  tensors.emplace_back(name + "bias", bias);
  tensors.emplace_back(fmt::format("{}bias{}", name, train::trainable_mark), birth);
}

}  // namespace

void write_weights(const fs::path& file, const Matrix& matrix) {
  train::NamedTensors tensors;
  std::size_t step = matrix.pad > 0 ? 1 : 0;
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    add_row(matrix.rows[r], step++, tensors);
    const std::int64_t layer = matrix.layer_after(r);
    const bool last = r + 1 == matrix.rows.size();
    if (matrix.strict) {
      step += !(last && matrix.responses.back().linear());
    } else if (layer >= 0) {
      step += !matrix.responses[static_cast<std::size_t>(layer)].linear();
    }
  }
  std::map<std::string, std::string> metadata{{"format", "glia-compiled-weights/1"}};
  metadata[train::digest_key] = train::digest_of(tensors, metadata);
  train::save_safetensors(file, tensors, metadata);
}

std::string pipeline_on_arrays(const CompiledFiles& files, const Matrix& matrix,
                               const std::string& id, const TryOut& data) {
  const bool same = data.test_inputs.is_same(data.train_inputs);
  const std::string train_inputs = stored(files.folder, "inputs.npy", data.train_inputs);
  const std::string train_answers = stored(files.folder, "answers.npy", data.train_answers);
  const std::string test_inputs =
      same ? train_inputs : stored(files.folder, "test_inputs.npy", data.test_inputs);
  const std::string test_answers =
      same ? train_answers : stored(files.folder, "test_answers.npy", data.test_answers);
  const double greatest = data.train_answers.abs().max().item<double>();
  return fmt::format(
             "[pipeline]\nname = {}\n\n[dataset.values]\nplugin = \"npy\"\n"
             "train_inputs = {}\ntrain_targets = {}\ntest_inputs = {}\ntest_targets = {}\n\n"
             "[encoder.inputs]\nplugin = \"identity\"\ninput = \"values\"\n\n",
             text(data.name), train_inputs, train_answers, test_inputs, test_answers) +
         network_table(id, "inputs", matrix) +
         fmt::format(
             "\n[head.outputs]\nplugin = \"regression\"\ninput = {}\ntolerance = {}\n"
             "train = {{ epochs = 1 }}\n",
             text(id), to_text(Value{1e-3 * std::max(1.0, greatest)}));
}

namespace {

/// Random inputs, and what the network answers.
TryOut random_try_out(const Compiled& compiled, const Catalog& catalog) {
  TryOut data;
  data.train_inputs = random_inputs(inputs_to_try, compiled.network.in(), compiled.seed,
                                    compiled.strict ? compiled.box : 0);
  data.train_answers = answers_of(compiled.network, data.train_inputs, catalog);
  data.test_inputs = data.train_inputs;
  data.test_answers = data.train_answers;
  return data;
}

/// Copies a file of the run, if it has it, and returns the name that the pipeline knows it by.
std::string copied(const fs::path& from, const fs::path& folder, const std::string& name) {
  write_file(folder / name, read_file(from));
  return name;
}

bool has_tensors_of(const fs::path& checkpoint, const std::string& id) {
  const auto file = train::map_safetensors(checkpoint);
  return std::any_of(file.tensors.begin(), file.tensors.end(),
                     [&](const auto& tensor) { return tensor.first.rfind(id + '.', 0) == 0; });
}

/// The pipeline of the run with the matrix in the place of the head's networks.
std::string pipeline_of_run(const CompiledFiles& files, const Compiled& compiled,
                            const Matrix& matrix, const Source& source) {
  const Source::Run& run = *source.run;
  config::Pipeline pipeline;
  pipeline.spec = run.spec;
  config::PipelineSpec& spec = pipeline.spec;
  std::erase_if(spec.heads, [&](const auto& head) { return head.id != run.head; });
  config::HeadNode& head = spec.heads.front();
  // The chain of networks down to the encoder that feeds it.
  std::string input = head.input().id;
  for (bool found = true; found;) {
    found = false;
    for (const auto& network : spec.networks) {
      if (network.id != input) continue;
      input = network.input().id;
      found = true;
      break;
    }
  }
  spec.networks.clear();
  std::erase_if(spec.encoders, [&](const auto& encoder) { return encoder.id != input; });
  config::EncoderNode& encoder = spec.encoders.front();
  std::erase_if(spec.datasets, [&](const auto& data) { return data.id != encoder.input().id; });
  const fs::path trained = run.folder / "checkpoints" / (encoder.id + ".safetensors");
  if (fs::exists(trained)) {
    encoder.weights = copied(trained, files.folder, encoder.id + ".encoder.safetensors");
    encoder.mode = "pretrained";
  }
  const fs::path checkpoint = run.folder / "checkpoints" /
                              ((head.training.empty() ? head.id : head.training) + ".safetensors");
  if (has_tensors_of(checkpoint, head.id)) {
    head.weights = copied(checkpoint, files.folder, head.id + ".head.safetensors");
    head.freeze = true;
  }
  head.reads = compiled.node;
  head.inputs = {{compiled.node, head.source}};
  head.training.clear();
  spec.trainings.clear();
  spec.others.clear();  // tasks and policies have nothing to do with it
  head.train.epochs = 1;
  return pipeline.resolved_toml() + '\n' + network_table(compiled.node, encoder.id, matrix);
}

}  // namespace

void write_compiled(const CompiledFiles& files, const Compiled& compiled, const Matrix& matrix,
                    const Source& source, const Catalog& catalog) {
  keep_compiled(files, compiled);
  write_weights(files.weights(), matrix);
  if (source.run) {
    write_file(files.pipeline(), pipeline_of_run(files, compiled, matrix, source));
    return;
  }
  TryOut data = random_try_out(compiled, catalog);
  data.name = source.from + " as an astrocyte matrix";
  write_file(files.pipeline(), pipeline_on_arrays(files, matrix, compiled.node, data));
}

}  // namespace glia::compile
