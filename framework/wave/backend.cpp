// SPDX-License-Identifier: MIT
#include "wave/backend.hpp"

#include "core/diagnostics.hpp"

#include <glia/sdk/error.hpp>

#include <c10/core/impl/VirtualGuardImpl.h>

#include <fmt/format.h>

#include <map>
#include <utility>

namespace glia::wave {
namespace {

/// Filled while the library is loaded, only read afterwards.
std::map<std::string, std::unique_ptr<const Backend>, std::less<>>& known() {
  static std::map<std::string, std::unique_ptr<const Backend>, std::less<>> all;
  return all;
}

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

BackendRegistration::BackendRegistration(std::string name, std::unique_ptr<const Backend> backend) {
  known().emplace(std::move(name), std::move(backend));
}

const Backend& backend(std::string_view name) {
  if (const auto it = known().find(name); it != known().end()) return *it->second;
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
  for (const auto& [name, backend] : known()) all.push_back(name);
  return all;
}

c10::Device parse_device(const std::string& text) {
  const auto wrong = [&](const std::string& why, const std::string& hint) {
    return Error(ErrorCode::configuration, fmt::format("device \"{}\": {}", text, why), hint);
  };
  c10::Device device(c10::DeviceType::CPU);
  try {
    device = c10::Device(text);
  } catch (const c10::Error&) {
    throw wrong("LibTorch knows no such device", "write \"cpu\", \"cuda\" or \"cuda:1\"");
  }
  const int count = devices_of(device.type());
  if (count == 0) {
    throw wrong("this machine has none, or this LibTorch was built without it",
                "use \"cpu\", or a LibTorch that was built for the device");
  }
  if (device.index() >= count) {
    throw wrong(fmt::format("this machine has {} of them, counted from 0", count),
                fmt::format("write a number below {}", count));
  }
  return device;
}

}  // namespace glia::wave
