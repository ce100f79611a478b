// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/error.hpp>
#include <glia/sdk/export.hpp>
#include <glia/sdk/schema.hpp>
#include <glia/sdk/value.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia {

/// Something of the host that a pipeline file chooses by name, as its users see it: an optimizer, a
/// schedule, a sampler ...
struct Declared {
  std::string name;  ///< lower-case letters, digits, underscores; unique among its kind
  std::string doc;   ///< one sentence
  std::vector<FieldSpec> fields{};  ///< settings of its own, read from the table that chooses it
  /// One sentence for each rule over several of its settings that does not hold; may be empty.
  std::function<std::vector<std::string>(const ValueMap&)> violations{};
};

/// All that is declared of a kind ("optimizer"), in order of name. The one list that validation,
/// docs, completion and the editor schema read. [complete before main; read-only afterwards]
GLIA_API std::vector<const Declared*> declared(std::string_view kind);
/// nullptr if there is none of this name.
GLIA_API const Declared* find_declared(std::string_view kind, std::string_view name);
/// Error (internal) for a name that is taken. The declaration must live as long as the program.
GLIA_API void declare(std::string_view kind, const Declared& declaration);

/// Things of one kind, by name. An Entry derives from `Declared`, has a `static constexpr const
/// char* kind`, and adds how to make the thing. Whoever defines Entry specialises `all()` in one
/// source file, so that there is one registry whatever libraries ask for it.
template <class Entry>
class Registry {
 public:
  static Registry& all();

  void add(Entry entry) {
    std::string name = entry.name;
    const auto [it, fresh] = entries_.emplace(std::move(name), std::move(entry));
    if (!fresh) {
      throw Error(ErrorCode::internal,
                  std::string(Entry::kind) + " '" + it->first + "' is registered twice");
    }
    declare(Entry::kind, it->second);
  }

  /// nullptr if there is none of this name.
  const Entry* find(std::string_view name) const {
    const auto it = entries_.find(name);
    return it == entries_.end() ? nullptr : &it->second;
  }

  /// The entry that a checked file has named: Error (internal) if there is none.
  const Entry& at(std::string_view name) const {
    if (const Entry* entry = find(name)) return *entry;
    throw Error(ErrorCode::internal,
                std::string("there is no ") + Entry::kind + " '" + std::string(name) + "'");
  }

  /// In order of name.
  std::vector<const Entry*> entries() const {
    std::vector<const Entry*> all;
    for (const auto& [name, entry] : entries_) all.push_back(&entry);
    return all;
  }

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

/// At namespace scope, makes an entry known before main begins.
template <class Entry>
struct Registered {
  explicit Registered(Entry entry) { Registry<Entry>::all().add(std::move(entry)); }
};

}  // namespace glia
