// SPDX-License-Identifier: MIT
// Small parts for pipelines that are run within the test: a data set, an encoder, waves and heads
// whose mathematics a test can write down by itself.
#pragma once

#include "catch.hpp"
#include "config/pipeline.hpp"
#include "core/files.hpp"
#include "graph/drawing.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "temp_folder.hpp"
#include "train/run.hpp"
#include "train/safetensors.hpp"

#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/sheet.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toy {

using namespace glia;

/// `text` with the first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Pictures of height x width numbers in [0, 1); the label is 0 or 1.
struct DotsConfig {
  std::int64_t height = 2, width = 3, samples = 40;
};
constexpr auto dots_schema =
    schema<DotsConfig>(field(&DotsConfig::height, "height").at_least(1).doc("Rows."),
                       field(&DotsConfig::width, "width").at_least(1).doc("Columns."),
                       field(&DotsConfig::samples, "samples").at_least(1).doc("Of each part."));

class Dots final : public Dataset {
 public:
  explicit Dots(DotsConfig config) : config_(config) {}
  SampleSpec spec() const override {
    return {.shape = {config_.height, config_.width}, .classes = 2};
  }
  void open() override {}
  std::int64_t size(Split) const override { return config_.samples; }
  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    const auto features = static_cast<std::size_t>(config_.height * config_.width);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      RandomStream random(11, split_name(split), static_cast<std::uint64_t>(indices[i]));
      const auto sample = inputs.subspan(i * features, features);
      random.uniform(sample, 0.0f, 1.0f);
      labels[i] = sample.front() > sample.back();
    }
  }

 private:
  DotsConfig config_;
};

struct Nothing {};
constexpr auto nothing = schema<Nothing>();

/// The inputs as they are, pictures as sheets.
class Same final : public Encoder {
 public:
  explicit Same(Nothing) {}
  std::int64_t out_width(const SampleSpec& in) const override { return in.features(); }
  Shape out_shape(const SampleSpec& in) const override { return {in.shape[0], in.shape[1]}; }
  void build(const SampleSpec&, ParameterSet&) override {}
  Latent encode(const at::Tensor& inputs) const override { return {inputs, {}}; }
};

/// Every cell hears itself and the next one: the row loses a cell.
class Narrow final : public StencilLayer {
 public:
  explicit Narrow(Nothing) {}
  Stencil stencil(std::int64_t in) const override { return Stencil::band(in, in - 1, {0, 1}); }
};

/// Every cell hears itself.
class Keep final : public StencilLayer {
 public:
  explicit Keep(Nothing) {}
  Stencil stencil(std::int64_t in) const override { return Stencil::band(in, in, {0}); }
};

struct FreeConfig {
  std::int64_t width = 2;
};
constexpr auto free_schema =
    schema<FreeConfig>(field(&FreeConfig::width, "width").at_least(1).doc("Cells that it leaves."));

/// Any cell hears any other, by LibTorch: x W.
class Free final : public WaveLayer {
 public:
  explicit Free(FreeConfig config) : config_(config) {}
  std::int64_t out_width(std::int64_t) const override { return config_.width; }
  void build(std::int64_t in, ParameterSet& parameters) override {
    weight_ = parameters.add("weight", {in, config_.width}, Init::uniform(1));
  }
  at::Tensor forward(const at::Tensor& row, ForwardContext&) const override {
    return row.matmul(weight_);
  }

 private:
  FreeConfig config_;
  at::Tensor weight_;
};

class Sheet final : public SheetLayer {
 public:
  using SheetLayer::SheetLayer;
  Stencil stencil_of(const Shape& in) const override { return neighbours(in, topology()); }
};

class Tanh final : public ElementwiseActivation<Tanh> {
 public:
  explicit Tanh(Nothing) {}
  static constexpr bool uses_input = false;
  FusedActivation fused() const override { return FusedActivation::tanh; }
  template <class T>
  T value(const T& x, const T*) const {
    return math::tanh(x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return T(1) - y * y;
  }
};

/// Cross-entropy of two classes, which the engine knows (Fused) or not.
template <bool Fused>
class Classes final : public Head {
 public:
  explicit Classes(Nothing) {}
  void check(std::int64_t in, const SampleSpec& data) const override {
    if (in == data.classes) return;
    throw Error(ErrorCode::shape, "two classes need two cells, not " + std::to_string(in));
  }
  FusedLoss fused_loss() const override {
    return Fused ? FusedLoss::cross_entropy : FusedLoss::none;
  }
  at::Tensor forward(const at::Tensor& row) const override { return row.log_softmax(1); }
  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return -output.gather(1, targets.unsqueeze(1)).mean();
  }
  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return output.argmax(1).eq(targets).to(at::kFloat);
  }
  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }
};

class Parts final : public Catalog {
 public:
  Parts() {
    add(dataset<Dots>("dots", dots_schema, "Dots."));
    add(encoder<Same>("same", nothing, "As it is."));
    add(wave_layer<Narrow>("narrow", nothing, "Loses a cell."));
    add(wave_layer<Keep>("keep", nothing, "Keeps the row."));
    add(wave_layer<Free>("free", free_schema, "Any code."));
    add(wave_layer<Sheet>("sheet", sheet_schema, "Neighbours on a sheet."));
    add(activation<Tanh>("tanh", nothing, "Saturates."));
    add(head<Classes<true>>("classes", nothing, "By the engine."));
    add(head<Classes<false>>("plain", nothing, "By autograd."));
  }

  void add(Descriptor descriptor) {
    descriptors_.push_back(std::make_unique<Descriptor>(std::move(descriptor)));
    entries_.push_back(std::make_unique<CatalogEntry>(
        CatalogEntry{descriptors_.back().get(), "1.0.0", "/nowhere"}));
  }
  const CatalogEntry* find(PluginKind kind, std::string_view id) const override {
    for (const auto& entry : entries_) {
      if (entry->descriptor->kind == kind && entry->descriptor->id == id) return entry.get();
    }
    return nullptr;
  }
  std::vector<const CatalogEntry*> all() const override {
    std::vector<const CatalogEntry*> list;
    for (const auto& entry : entries_) list.push_back(entry.get());
    return list;
  }

 private:
  std::vector<std::unique_ptr<Descriptor>> descriptors_;
  std::vector<std::unique_ptr<CatalogEntry>> entries_;
};

inline const Catalog& parts() {
  static const Parts all;
  return all;
}

/// Data and encoder of a file; nodes follow.
inline const std::string start = R"([dataset.dots]
plugin = "dots"
[encoder.eye]
plugin = "same"
input = "dots"
)";

inline config::Pipeline load(const std::string& text, const Catalog& catalog = parts()) {
  const TempFolder folder;
  const auto file = folder.path() / "p.toml";
  write_file(file, text);
  return config::load_pipeline(file.string(), {}, catalog);
}

/// What is wrong with such a file, with "FILE" for its path; "" if nothing is.
inline std::string errors(const std::string& text, const Catalog& catalog = parts()) {
  const TempFolder folder;
  const auto file = (folder.path() / "p.toml").string();
  write_file(file, text);
  try {
    graph::check_shapes(config::load_pipeline(file, {}, catalog).spec);
  } catch (const Error& e) {
    std::string said = e.what();
    for (auto at = said.find(file); at != std::string::npos; at = said.find(file)) {
      said.replace(at, file.size(), "FILE");
    }
    return said;
  }
  return "";
}

/// The training samples of `dots` as they are by default, [N, features] and labels [N].
inline std::pair<at::Tensor, at::Tensor> samples() {
  const DotsConfig config;
  at::Tensor inputs = at::empty({config.samples, config.height * config.width}, at::kFloat);
  at::Tensor labels = at::empty({config.samples}, at::kLong);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < config.samples; ++i) indices.push_back(i);
  Dots(config).read(Split::train, indices,
                    {inputs.data_ptr<float>(), static_cast<std::size_t>(inputs.numel())},
                    {labels.data_ptr<std::int64_t>(), indices.size()}, {});
  return {inputs.to(at::kDouble), labels};
}

/// The tensors of a checkpoint, in double precision.
inline std::map<std::string, at::Tensor> tensors_of(const std::filesystem::path& file) {
  std::map<std::string, at::Tensor> all;
  for (const auto& [name, tensor] : train::load_safetensors(file).tensors) {
    all[name] = tensor.to(at::kDouble);
  }
  return all;
}

/// The key of a stage, by name; "" if there is none.
inline std::string key_of(const std::string& text, const std::string& stage,
                          const Catalog& catalog = parts()) {
  const auto pipeline = load(text, catalog);
  for (const auto& each : graph::plan_stages(pipeline.spec, graph::check_shapes(pipeline.spec))) {
    if (each.name == stage) return each.key;
  }
  return "";
}

inline std::string mermaid(const std::string& text, const Catalog& catalog = parts()) {
  const auto pipeline = load(text, catalog);
  return graph::to_mermaid(pipeline.spec, graph::check_shapes(pipeline.spec));
}

/// Told nothing.
class Silent final : public train::Progress {
 public:
  void stage_begins(const std::string&) override {}
  void batch(const std::string&, std::int64_t, std::int64_t, std::uint64_t,
             std::uint64_t) override {}
  void epoch(const train::EpochReport& report) override { reports.push_back(report); }
  void stage_ends(const std::string&, double, bool) override {}

  std::vector<train::EpochReport> reports;
};

/// Runs a pipeline into a folder and throws what it failed with, but for a stop.
inline results::Results run(const std::string& text, const std::filesystem::path& folder,
                            const graph::StopRequest& stop = {}, int threads = 1,
                            const Catalog& catalog = parts()) {
  const auto pipeline = load(text, catalog);
  const auto shapes = graph::check_shapes(pipeline.spec);
  Silent progress;
  const auto outcome =
      train::run_pipeline(pipeline.spec, shapes, graph::plan_stages(pipeline.spec, shapes),
                          {.checkpoints = folder, .threads = threads, .stop = stop}, progress);
  if (outcome.failure && outcome.failure->code() != ErrorCode::interrupted) {
    throw Error(*outcome.failure);
  }
  return outcome.results;
}

}  // namespace toy
