// SPDX-License-Identifier: MIT
#pragma once

#include "core/registry.hpp"
#include "wave/program.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace glia::wave {

/// A program made ready to run in one way on one device. [thread-safe]
class Executable {
 public:
  virtual ~Executable();

  /// row [B, in] -> [B, out], float32 or float64, joined to autograd: gradients of the row and of
  /// the parameters come from LibTorch. All tensors lie on the device that this was prepared for.
  /// `parameters`: those of each op in order (`Program::own_parameters`). Disturbances draw from
  /// `context` the same numbers whatever the backend.
  virtual at::Tensor run(const at::Tensor& row, const std::vector<at::Tensor>& parameters,
                         const ForwardContext& context) const = 0;
};

/// A way to execute programs: a folder of framework/wave/backends/.
class Backend {
 public:
  virtual ~Backend();

  /// Error (configuration) if the backend cannot use the device or lacks something in the program.
  /// [thread-safe]
  virtual std::shared_ptr<const Executable> prepare(std::shared_ptr<const Program> program,
                                                    c10::Device device) const = 0;

  /// Prepares for the row's device and runs.
  at::Tensor run(std::shared_ptr<const Program> program, const at::Tensor& row,
                 const std::vector<at::Tensor>& parameters, const ForwardContext& context) const;
};

/// "vector": the engine's own code for processors. "torch": the same as LibTorch operations, on any
/// device that LibTorch has. Error (configuration) lists the names there are.
const Backend& backend(std::string_view name);
std::vector<std::string> backend_names();

/// The tensors that each op brings, out of those that an executable is run with.
std::vector<std::vector<at::Tensor>> by_op(const Program& program,
                                           const std::vector<at::Tensor>& parameters);

/// How a backend is declared: one file each.
struct BackendEntry : Declared {
  static constexpr const char* kind = "backend";
  std::shared_ptr<const Backend> backend{};
};

/// An entry for a backend.
BackendEntry backend_entry(const char* name, const char* doc,
                           std::shared_ptr<const Backend> backend);

/// "cpu", "cuda", "cuda:1", whether this machine has it or not. Error (configuration) for others.
c10::Device device_named(const std::string& text);

/// The same; Error (configuration) also if there is no such device on this machine. Of several GPUs
/// "cuda" is the one that `prefer_gpu` chose, the first if nobody did; its number is in the device.
c10::Device parse_device(const std::string& text);

/// The same where there are `count` devices of its kind.
c10::Device device_among(const std::string& text, int count);

/// From now on "cuda" is, in this process, GPU number `place`, counted round and round those that
/// there are: workers that stand side by side spread over them. [thread-safe]
void prefer_gpu(unsigned place);

}  // namespace glia::wave

namespace glia {
template <>
Registry<wave::BackendEntry>& Registry<wave::BackendEntry>::all();
}  // namespace glia
