// SPDX-License-Identifier: MIT
// Precompiled: the parts of LibTorch that much of the framework uses. Never torch/torch.h: GCC instantiates the
// templates that inline functions of these headers use in every unit anew, so what few files use stands there.
#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/types.h>
