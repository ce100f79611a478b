// SPDX-License-Identifier: MIT
// Precompiled: the parts of LibTorch that much of the framework uses. Never torch/types.h, let alone torch/torch.h:
// GCC instantiates the templates that inline functions of these headers use in every unit anew, so what few files
// use stands there.
#pragma once

#include <ATen/ATen.h>
