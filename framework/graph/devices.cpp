// SPDX-License-Identifier: MIT
#include "graph/devices.hpp"

#include "wave/backend.hpp"

#include <glia/sdk/error.hpp>

namespace glia::graph {
namespace {

template <class Check>
void at(const Source& source, Diagnostics& problems, Check check) {
  try {
    check();
  } catch (const Error& e) {
    problems.error(source, e.message(), e.hint());
  }
}

void check_head(const config::TrainSpec& train, Diagnostics& problems) {
  at(train.device_source, problems, [&] {
    const c10::Device device = wave::device_named(train.device);
    if (device.is_cpu() || train.backend_in_force() != "vector") return;
    problems.error(train.backend_source,
                   "the backend 'vector' runs on the processor, not on \"" + train.device + '"',
                   "leave out 'backend'");
  });
}

void check_encoder(const config::EncoderNode& node, Diagnostics& problems) {
  const config::TrainSpec usual;
  if (node.train.device != usual.device) {
    problems.error(node.train.device_source,
                   "encoder '" + node.id + "' is trained on the processor",
                   "leave out 'device': it is a setting of heads");
  }
  if (node.train.backend != usual.backend) {
    problems.error(node.train.backend_source,
                   "encoder '" + node.id + "' has no network that a backend could run",
                   "leave out 'backend': it is a setting of heads");
  }
}

}  // namespace

void check_devices(const config::PipelineSpec& spec, Diagnostics& problems) {
  for (const auto& encoder : spec.encoders) check_encoder(encoder, problems);
  for (const auto& head : spec.heads) check_head(head.train, problems);
  for (const auto& training : spec.trainings) check_head(training.train, problems);
}

void require_devices(const config::PipelineSpec& spec) {
  Diagnostics problems;
  const auto require = [&](const config::TrainSpec& train) {
    at(train.device_source, problems, [&] { wave::parse_device(train.device); });
  };
  for (const auto& head : spec.heads) require(head.train);
  for (const auto& training : spec.trainings) require(training.train);
  problems.require_ok();
}

}  // namespace glia::graph
