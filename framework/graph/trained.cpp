// SPDX-License-Identifier: MIT
#include "graph/trained.hpp"

#include "config/node_kind.hpp"
#include "graph/augmentation.hpp"
#include "graph/identity.hpp"

#include <fmt/format.h>

namespace glia::graph {
namespace {

std::string epochs(const config::TrainSpec& train) {
  return fmt::format("{} epoch{}", train.epochs, train.epochs == 1 ? "" : "s");
}

/// Said only of paths that are no chain: the order of networks says it of the others.
std::string hears(const Heard& heard, const Path& path) {
  if (path.is_chain()) return {};
  std::string ids;
  for (const std::size_t row : heard.rows) {
    ids += ids.empty() ? "" : ", ";
    ids += row > 0 ? path.networks[row - 1]->id : path.encoder ? path.encoder->id : "task";
  }
  return identity_line("hears", ids) +
         (heard.join ? identity_line("join", heard.join->name) : std::string());
}

}  // namespace

void check_epochs(const config::Node& node, const config::TrainSpec& train,
                  const config::EncoderNode& encoder, Diagnostics& problems) {
  if (!encoder.joint() || train.epochs == encoder.train.epochs) return;
  problems.error(
      node.source,
      fmt::format("{} '{}' trains for {}, but the encoder '{}', trained jointly with "
                  "it, for {}",
                  node.kind->name, node.id, epochs(train), encoder.id, epochs(encoder.train)),
      "in joint training every epoch of the encoder is followed by one of each "
      "head: give both the same train.epochs");
}

void check_patience(const config::Node& node, const config::TrainSpec& train,
                    const config::EncoderNode& encoder, const config::DatasetNode& dataset,
                    Diagnostics& problems) {
  if (train.patience == 0) return;
  if (encoder.joint()) {
    problems.error(train.patience_source,
                   fmt::format("{} '{}' cannot end early: encoder '{}' and its heads are trained "
                               "jointly, epoch by epoch",
                               node.kind->name, node.id, encoder.id),
                   "leave out 'patience', or train the encoder first: mode = \"pretrained\"");
  } else if (dataset.validation == 0) {
    problems.error(
        train.patience_source,
        fmt::format("'patience' of {} '{}' goes by the validation loss, and dataset '{}' "
                    "keeps no samples for validation",
                    node.kind->name, node.id, dataset.id),
        fmt::format("add validation = 0.1 to [dataset.{}]", dataset.id));
  }
}

std::string identity_of(const Path& path) {
  std::string text;
  if (path.encoder) {
    text = identity_line("latent", path.encoder->latent) +
           identity_line("test_latent", path.encoder->tested_on()) +
           identity_of(path.dataset->augment);
  }
  for (std::size_t i = 0; i < path.networks.size(); ++i) {
    const config::NetworkNode& network = *path.networks[i];
    text += identity_line("network", network.id) + hears(path.heard[i], path) +
            identity_of(network.block) +
            identity_of(config::network_schema, network,
                        {"input", "weights", "freeze", "freeze_parts"}) +
            (network.in_time() ? identity_of(config::time_schema, network, {}) : std::string()) +
            identity_of_start(network, network, network.start_sources);
  }
  return text;
}

std::string identity_of(const config::HeadNode& head, const Path& path, const Heard& end,
                        const std::string& train) {
  return hears(end, path) + identity_of(head.use) + train +
         identity_of(config::head_schema, head,
                     {"plugin", "input", "weights", "freeze", "freeze_parts"}) +
         identity_of_start(head, head, head.start_sources);
}

}  // namespace glia::graph
