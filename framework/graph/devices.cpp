// SPDX-License-Identifier: MIT
#include "graph/devices.hpp"

#include "wave/backend.hpp"

#include <glia/sdk/any_device.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <functional>

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

/// `elsewhere`: what has to hold besides where the device is no processor.
void check_train(const config::TrainSpec& train, Diagnostics& problems,
                 const std::function<void()>& elsewhere = {}) {
  at(train.device_source, problems, [&] {
    if (wave::device_named(train.device).is_cpu()) return;
    if (train.backend_in_force() == "vector") {
      problems.error(train.backend_source,
                     "the backend 'vector' runs on the processor, not on \"" + train.device + '"',
                     "leave out 'backend'");
    } else if (elsewhere) {
      elsewhere();
    }
  });
}

void check_encoder(const config::EncoderNode& node, Diagnostics& problems) {
  check_train(node.train, problems, [&] {
    const auto made = node.use.plugin->descriptor->make_encoder(node.use.values);
    if (!made->trainable() || dynamic_cast<const OnAnyDevice*>(made.get())) return;
    problems.error(node.train.device_source,
                   fmt::format("encoder '{}' is trained on the processor: a '{}' does not say that "
                               "its loss can be computed elsewhere",
                               node.id, node.use.plugin->descriptor->id),
                   "leave out 'device'");
  });
}

}  // namespace

void check_devices(const config::PipelineSpec& spec, Diagnostics& problems) {
  for (const auto& encoder : spec.encoders) check_encoder(encoder, problems);
  for (const auto& head : spec.heads) check_train(head.train, problems);
  for (const auto& training : spec.trainings) check_train(training.train, problems);
}

Diagnostics missing_devices(const config::PipelineSpec& spec) {
  Diagnostics problems;
  const auto require = [&](const config::TrainSpec& train) {
    at(train.device_source, problems, [&] { wave::parse_device(train.device); });
  };
  for (const auto& encoder : spec.encoders) require(encoder.train);
  for (const auto& head : spec.heads) require(head.train);
  for (const auto& training : spec.trainings) require(training.train);
  return problems;
}

void require_devices(const config::PipelineSpec& spec) { missing_devices(spec).require_ok(); }

}  // namespace glia::graph
