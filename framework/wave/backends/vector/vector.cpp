// SPDX-License-Identifier: MIT
// The engine's own code: fused vector arithmetic on the processor, a tile of samples at a time.
#include "wave/backend.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/error.hpp>

#include <utility>

namespace glia::wave::vector_backend {
namespace {

class VectorExecutable final : public Executable {
 public:
  explicit VectorExecutable(std::shared_ptr<const Program> program)
      : program_(std::move(program)) {}

  at::Tensor run(const at::Tensor& row, const std::vector<at::Tensor>& parameters,
                 const ForwardContext& context) const override {
    return run_program(program_, row, parameters, context);
  }

 private:
  std::shared_ptr<const Program> program_;
};

class VectorBackend final : public Backend {
 public:
  std::shared_ptr<const Executable> prepare(std::shared_ptr<const Program> program,
                                            c10::Device device) const override {
    if (!device.is_cpu()) {
      throw Error(ErrorCode::configuration,
                  "the backend 'vector' runs on the processor, not on " + device.str(),
                  "use the backend 'torch' there");
    }
    return std::make_shared<VectorExecutable>(std::move(program));
  }
};

const Registered<BackendEntry> registered(backend_entry("vector",
                                                        "the engine's own code for processors.",
                                                        std::make_shared<VectorBackend>()));

}  // namespace
}  // namespace glia::wave::vector_backend
