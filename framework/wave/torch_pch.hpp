// SPDX-License-Identifier: MIT
// Precompiled: the parts of LibTorch that the framework uses. Never torch/torch.h.
#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/types.h>
