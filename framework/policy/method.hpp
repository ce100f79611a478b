// SPDX-License-Identifier: MIT
#pragma once

#include "core/described.hpp"
#include "core/registry.hpp"
#include "policy/student.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace glia::policy {

/// Turns returns into a gradient. [serial]
class Method {
 public:
  virtual ~Method();

  /// What a generation's episodes have brought.
  struct Generation {
    double mean_return = 0;
    std::int64_t steps = 0;  ///< of all episodes
  };

  /// Plays the episodes of generation `number` (from 0) and leaves the gradient of the negative
  /// return, as far as they tell, in the student's `parameters.gradient()`. A function of the
  /// parameters, the number and the seed.
  virtual Generation gradients(std::uint64_t number) = 0;
};

/// How a method is declared: one file in methods/ each.
struct MethodEntry : Declared {
  static constexpr const char* kind = "method";
  /// `settings` hold at least the declared fields. Error (configuration) if it cannot train such a
  /// policy.
  std::function<std::unique_ptr<Method>(const ValueMap& settings, const Student& student)> make;
};

/// An entry for a method class that is constructed from (Config, student).
template <class Made, class Schema>
MethodEntry method(const char* name, const Schema& schema, const char* doc) {
  auto entry = described<MethodEntry>(name, schema, doc);
  entry.make = [schema](const ValueMap& settings, const Student& student) {
    return std::make_unique<Made>(schema.parse(settings), student);
  };
  return entry;
}

}  // namespace glia::policy

namespace glia {
template <>
Registry<policy::MethodEntry>& Registry<policy::MethodEntry>::all();
}  // namespace glia
