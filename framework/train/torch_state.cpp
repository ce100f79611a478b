// SPDX-License-Identifier: MIT
#include "train/torch_state.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>

namespace glia::train {

// Later versions of LibTorch ask for the kind of device, which the first that we build with cannot.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

TorchState::TorchState()
    : type_(static_cast<int>(c10::get_default_dtype_as_scalartype())),
      threads_(at::get_num_threads()),
      onednn_(at::globalContext().userEnabledMkldnn()),
      deterministic_(at::globalContext().deterministicAlgorithms()),
      gradients_(c10::GradMode::is_enabled()),
      casts_(at::autocast::is_cpu_enabled()) {}

std::vector<std::string> TorchState::restore() const {
  std::vector<std::string> changed;
  const auto put_back = [&](bool same, const char* what, const auto& restore_it) {
    if (same) return;
    restore_it();
    changed.emplace_back(what);
  };
  auto& context = at::globalContext();
  put_back(type_ == static_cast<int>(c10::get_default_dtype_as_scalartype()),
           "LibTorch's default type", [&] {
             c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(type_)));
           });
  put_back(threads_ == at::get_num_threads(), "LibTorch's number of threads",
           [&] { at::set_num_threads(threads_); });
  put_back(onednn_ == context.userEnabledMkldnn(), "whether LibTorch uses oneDNN",
           [&] { context.setUserEnabledMkldnn(onednn_); });
  put_back(deterministic_ == context.deterministicAlgorithms(),
           "whether LibTorch uses deterministic algorithms",
           [&] { context.setDeterministicAlgorithms(deterministic_, false); });
  put_back(gradients_ == c10::GradMode::is_enabled(), "LibTorch's gradient mode",
           [&] { c10::GradMode::set_enabled(gradients_); });
  put_back(casts_ == at::autocast::is_cpu_enabled(), "LibTorch's automatic casts",
           [&] { at::autocast::set_cpu_enabled(casts_); });
  return changed;
}

}  // namespace glia::train
