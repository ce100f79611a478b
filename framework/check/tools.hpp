// SPDX-License-Identifier: MIT
#pragma once

#include "check/check.hpp"

#include <functional>
#include <string>

namespace glia::check {

/// Throws Failure unless the condition holds.
void expect(bool holds, const std::string& detail);

/// What `work` writes to stdout and stderr, whoever writes it.
std::string output_of(const std::function<void()>& work);

/// A number as a person writes it: "0.001", "12", "nan".
std::string text_of(double number);

}  // namespace glia::check
