// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/value.hpp>

namespace glia {

/// A registry's entry with all that a schema declares of it; how the thing is made is still to be
/// said.
template <class Entry, class Schema>
Entry described(const char* name, const Schema& schema, const char* doc) {
  Entry entry;
  entry.name = name;
  entry.doc = doc;
  entry.fields = schema.fields();
  entry.violations = [schema](const ValueMap& values) { return schema.violations(values); };
  return entry;
}

}  // namespace glia
