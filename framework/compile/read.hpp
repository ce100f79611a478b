// SPDX-License-Identifier: MIT
#pragma once

#include "compile/network.hpp"
#include "config/pipeline.hpp"
#include "core/catalog.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia::compile {

/// A network to compile, and the pipeline around it where it comes from a run.
struct Source {
  DenseNetwork network;
  std::string from;  ///< file or folder, as given

  /// Of a run: its pipeline with one head, whose networks are the compiled one.
  struct Run {
    config::PipelineSpec spec;
    std::string head;
    std::filesystem::path folder;
  };
  std::optional<Run> run{};
};

struct ReadOptions {
  std::string head{};        ///< which head of a run; may be empty where there is only one
  std::string activation{};  ///< between layers of a file that does not say
};

/// A run folder, a .safetensors file, a list of .npy files or a JSON file. Error (configuration)
/// names the layer, the weight or the key that cannot be compiled.
Source read_source(const std::vector<std::string>& networks, const ReadOptions& options,
                   const Catalog& catalog);

/// {"layers": [{"weight": [[..]], "bias": [..], "activation": "relu"}]}; weight is output x input,
/// bias may be left out (0), activation too: `activation` between layers, identity after the last.
DenseNetwork read_json_network(const std::string& file, const std::string& activation,
                       const Catalog& catalog);
/// NAME.weight [output, input] and NAME.bias, layer by layer in the order of names; activations as
/// the metadata's "activations" says ("relu,identity"), or `activation` between layers.
DenseNetwork read_weights(const std::string& file, const std::string& activation,
                          const Catalog& catalog);
/// One matrix a file, output x input, without biases; `activation` between layers.
DenseNetwork read_arrays(const std::vector<std::string>& files, const std::string& activation,
                         const Catalog& catalog);
/// Of a finished run; its networks must be layers of neurons, and activations, alone.
Source read_run(const std::filesystem::path& folder, const std::string& head,
                const Catalog& catalog);

/// Error (usage): an activation was given for layers that have theirs.
[[noreturn]] void refuse_activation(const std::string& from);

/// The response of this name with its default settings. Error (configuration) that begins with
/// `place` if there is no such activation, or one that a matrix cannot have.
Response response_of(const std::string& name, const std::string& place, const Catalog& catalog);
/// Error (configuration) for an activation with trained parameters, or over whole rows but softmax.
void check_response(const Response& response, const std::string& place, const Catalog& catalog);

}  // namespace glia::compile
