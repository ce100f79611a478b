// SPDX-License-Identifier: MIT
#include "wave/backend.hpp"

#include "core/diagnostics.hpp"

#include <glia/sdk/error.hpp>

#include <c10/core/impl/VirtualGuardImpl.h>

#include <fmt/format.h>

#include <atomic>
#include <utility>

namespace glia {

template <>
Registry<wave::BackendEntry>& Registry<wave::BackendEntry>::all() {
  static Registry registry;
  return registry;
}

namespace wave {
namespace {

std::atomic<unsigned> preferred_gpu{0};

int devices_of(c10::DeviceType type) {
  if (type == c10::DeviceType::CPU) return 1;
  if (!c10::impl::hasDeviceGuardImpl(type)) return 0;
  return c10::impl::VirtualGuardImpl(type).deviceCount();
}

}  // namespace

Executable::~Executable() = default;
Backend::~Backend() = default;

at::Tensor Backend::run(std::shared_ptr<const Program> program, const at::Tensor& row,
                        const std::vector<at::Tensor>& parameters,
                        const ForwardContext& context) const {
  return prepare(std::move(program), row.device())->run(row, parameters, context);
}

BackendEntry backend_entry(const char* name, const char* doc,
                           std::shared_ptr<const Backend> backend) {
  BackendEntry entry;
  entry.name = name;
  entry.doc = doc;
  entry.backend = std::move(backend);
  return entry;
}

const Backend& backend(std::string_view name) {
  if (const auto* entry = Registry<BackendEntry>::all().find(name)) return *entry->backend;
  const auto names = backend_names();
  const auto guess = did_you_mean(std::string(name), names);
  throw Error(ErrorCode::configuration, fmt::format("there is no backend '{}'", name),
              guess.empty() ? "there are " + quoted_list(names) : guess);
}

std::vector<std::vector<at::Tensor>> by_op(const Program& program,
                                           const std::vector<at::Tensor>& parameters) {
  std::vector<std::vector<at::Tensor>> all;
  auto next = parameters.begin();
  for (std::size_t i = 0; i < program.ops().size(); ++i) {
    const auto count = static_cast<std::ptrdiff_t>(program.own_parameters(i).size());
    all.emplace_back(next, next + count);
    next += count;
  }
  return all;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> all;
  for (const BackendEntry* entry : Registry<BackendEntry>::all().entries()) {
    all.push_back(entry->name);
  }
  return all;
}

namespace {

Error wrong_device(const std::string& text, const std::string& why, const std::string& hint) {
  return {ErrorCode::configuration, fmt::format("device \"{}\": {}", text, why), hint};
}

}  // namespace

c10::Device device_named(const std::string& text) {
  const auto unknown = [&] {
    return wrong_device(text, "LibTorch knows no such device",
                        "write \"cpu\", \"cuda\" or \"cuda:1\"");
  };
  try {
    const c10::Device device(text);
    if (device.is_cpu() || device.is_cuda()) return device;
  } catch (const c10::Error&) {
    throw unknown();
  }
  throw unknown();
}

c10::Device parse_device(const std::string& text) {
  return device_among(text, devices_of(device_named(text).type()));
}

c10::Device device_among(const std::string& text, int count) {
  const c10::Device device = device_named(text);
  if (count == 0) {
    throw wrong_device(text, "this machine has none, or this LibTorch was built without it",
                       "leave out 'device', or run on a machine with a GPU and a LibTorch that was "
                       "built for it");
  }
  if (device.index() >= count) {
    throw wrong_device(text, fmt::format("this machine has {} of them, counted from 0", count),
                       fmt::format("write a number below {}", count));
  }
  if (!device.is_cuda() || device.has_index()) return device;
  return {device.type(),
          static_cast<c10::DeviceIndex>(preferred_gpu % static_cast<unsigned>(count))};
}

void prefer_gpu(unsigned place) { preferred_gpu = place; }

}  // namespace wave
}  // namespace glia
