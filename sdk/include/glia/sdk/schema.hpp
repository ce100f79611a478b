// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace glia {

/// One declared parameter, as the host sees it: the source of validation, documentation, editor
/// schema and identity keys alike.
struct FieldSpec {
  std::string name;
  FieldKind kind{};
  Value default_value;
  bool required = false;
  std::optional<double> min;  ///< inclusive, unless `min_open`
  std::optional<double> max;  ///< inclusive, unless `max_open`
  bool min_open = false;
  bool max_open = false;
  std::vector<std::string> choices;
  std::string unit;
  std::string doc;
};

namespace detail {

template <class T>
constexpr FieldKind kind_of() {
  if constexpr (std::same_as<T, bool>) {
    return FieldKind::boolean;
  } else if constexpr (std::integral<T>) {
    static_assert(std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t),
                  "an integer parameter must fit into std::int64_t");
    return FieldKind::integer;
  } else if constexpr (std::floating_point<T>) {
    return FieldKind::real;
  } else if constexpr (std::same_as<T, std::string> || std::is_enum_v<T>) {
    return FieldKind::text;
  } else if constexpr (std::same_as<T, std::vector<std::int64_t>>) {
    return FieldKind::integers;
  } else if constexpr (std::same_as<T, std::vector<double>>) {
    return FieldKind::reals;
  } else {
    static_assert(std::same_as<T, std::vector<std::string>>,
                  "a parameter is bool, an integer, a float or double, std::string, an enum with "
                  "its choices, or a std::vector of std::int64_t, double or std::string");
    return FieldKind::texts;
  }
}

/// The alternative of `Value` that holds a T.
template <class T>
using stored_t = std::variant_alternative_t<static_cast<std::size_t>(kind_of<T>()), Value>;

}  // namespace detail

/// A parameter bound to a member of the plugin's Config; the default is the member's initialiser.
///
/// A member of an enum type is a text outside: `choices` names its enumerators, in their order and
/// counted from 0.
///
///     enum class Mode { fast, exact };
///     glia::field(&Config::mode, "mode").choices("fast", "exact").doc("...")
template <class Config, class T>
class Field {
 public:
  using config_type = Config;
  static constexpr std::size_t max_choices = 16;

  constexpr Field(T Config::*member, const char* name) : member_(member), name_(name) {}

  /// What it does, in one sentence. Every field needs one.
  constexpr Field doc(const char* text) const {
    return with([&](Field& f) { f.doc_ = text; });
  }
  /// The physical unit ("cells", "s"); leave out for pure numbers.
  constexpr Field unit(const char* text) const {
    return with([&](Field& f) { f.unit_ = text; });
  }
  /// Least and greatest legal value, both legal themselves.
  constexpr Field range(double lowest, double highest) const {
    return with([&](Field& f) { f.min_ = lowest, f.max_ = highest; });
  }
  constexpr Field at_least(double lowest) const {
    return with([&](Field& f) { f.min_ = lowest; });
  }
  /// Greater than `bound`, which itself is refused.
  constexpr Field above(double bound) const {
    return with([&](Field& f) { f.min_ = bound, f.min_open_ = true; });
  }
  /// Less than `bound`, which itself is refused.
  constexpr Field below(double bound) const {
    return with([&](Field& f) { f.max_ = bound, f.max_open_ = true; });
  }
  /// The only legal texts; those of an enum in the order of its enumerators.
  template <class... Texts>
  constexpr Field choices(Texts... texts) const {
    static_assert(sizeof...(Texts) <= max_choices, "too many choices");
    static_assert(
        detail::kind_of<T>() == FieldKind::text || detail::kind_of<T>() == FieldKind::texts,
        "choices are texts: give the parameter the type std::string or an enum");
    return with([&](Field& f) {
      f.choices_ = {texts...};
      f.choice_count_ = sizeof...(Texts);
    });
  }
  template <std::size_t N>
  constexpr Field choices(const std::array<const char*, N>& texts) const {
    return std::apply([this](auto... text) { return choices(text...); }, texts);
  }
  /// The user must give it; the member's initialiser is only a placeholder.
  constexpr Field required() const {
    return with([](Field& f) { f.required_ = true; });
  }

  FieldSpec spec(const Config& defaults) const {
    FieldSpec s;
    s.name = name_;
    s.kind = detail::kind_of<T>();
    s.default_value = value(defaults);
    s.required = required_;
    s.min = min_;
    s.max = max_;
    if constexpr (std::integral<T> && !std::same_as<T, bool> && sizeof(T) < sizeof(std::int64_t)) {
      // What the member cannot hold is out of range, rather than cut to size.
      if (!s.min) s.min = static_cast<double>(std::numeric_limits<T>::min());
      if (!s.max) s.max = static_cast<double>(std::numeric_limits<T>::max());
    }
    s.min_open = min_open_;
    s.max_open = max_open_;
    s.choices.assign(choices_.begin(),
                     choices_.begin() + static_cast<std::ptrdiff_t>(choice_count_));
    s.unit = unit_;
    s.doc = doc_;
    return s;
  }

  void assign(Config& config, const ValueMap& values) const {
    const auto it = values.find(name_);
    if (it == values.end()) return;
    const auto& stored = std::get<detail::stored_t<T>>(it->second);
    if constexpr (std::is_enum_v<T>) {
      config.*member_ = enumerator(stored);
    } else {
      config.*member_ = static_cast<T>(stored);
    }
  }

  /// What `assign` reads back: name and value of the member.
  void store(const Config& config, ValueMap& values) const { values[name_] = value(config); }

  /// An enum without its texts cannot be written; found while the schema is compiled.
  constexpr bool complete() const { return !std::is_enum_v<T> || choice_count_ > 0; }

 private:
  detail::stored_t<T> value(const Config& config) const {
    if constexpr (std::is_enum_v<T>) {
      const auto at = static_cast<std::size_t>(config.*member_);
      if (at < choice_count_) return choices_[at];
      throw Error(
          ErrorCode::internal,
          std::string("parameter '") + name_ + "' holds an enumerator that its choices do not name",
          "name every enumerator, in the order of the enumeration");
    } else {
      return static_cast<detail::stored_t<T>>(config.*member_);
    }
  }

  T enumerator(const std::string& text) const {
    const auto end = choices_.begin() + static_cast<std::ptrdiff_t>(choice_count_);
    const auto it = std::find(choices_.begin(), end, text);
    if (it != end) return static_cast<T>(it - choices_.begin());
    throw Error(ErrorCode::internal,
                std::string("parameter '") + name_ + "' was given '" + text + "' unchecked");
  }

  template <class Change>
  constexpr Field with(Change change) const {
    Field copy = *this;
    change(copy);
    return copy;
  }

  T Config::*member_;
  const char* name_;
  const char* doc_ = "";
  const char* unit_ = "";
  std::optional<double> min_, max_;
  bool min_open_ = false, max_open_ = false, required_ = false;
  std::array<const char*, max_choices> choices_{};
  std::size_t choice_count_ = 0;
};

template <class Config, class T>
constexpr Field<Config, T> field(T Config::*member, const char* name) {
  return {member, name};
}

/// A condition over several parameters: returns nullptr, or what is wrong in one sentence.
template <class Config>
struct Rule {
  using config_type = Config;
  const char* (*violation)(const Config&);
};

template <class Config>
constexpr Rule<Config> rule(const char* (*violation)(const Config&)) {
  return {violation};
}

/// All parameters of a plugin, declared once:
///
///     constexpr auto schema = glia::schema<Config>(
///         glia::field(&Config::size, "size").at_least(1).unit("cells").doc("Width of the blur."),
///         glia::rule<Config>([](const Config& c) -> const char* {
///           return c.size % 2 ? nullptr : "size must be odd"; }));
///
/// A schema may be a part of another one, whose Config then derives from the part's:
///
///     struct Config : glia::NeighbourOptions { double gain = 1; };
///     constexpr auto schema = glia::schema<Config>(
///         glia::neighbour_schema, glia::field(&Config::gain, "gain").doc("..."));
template <class Config, class... Parts>
class Schema {
 public:
  using config_type = Config;

  static_assert((std::derived_from<Config, typename Parts::config_type> && ...),
                "a part of a schema is about another type: let Config derive from it");

  constexpr explicit Schema(Parts... parts) : parts_(parts...) {
    each([](const auto& part) {
      if constexpr (requires { part.complete(); }) {
        if (!part.complete()) throw "an enum parameter needs choices(...), one for each enumerator";
      }
    });
  }

  std::vector<FieldSpec> fields() const {
    std::vector<FieldSpec> all;
    const Config defaults{};
    each([&](const auto& part) {
      if constexpr (requires { part.spec(defaults); }) all.push_back(part.spec(defaults));
    });
    return all;
  }

  /// Values that were validated against `fields()`; missing ones keep their default.
  Config parse(const ValueMap& values) const {
    Config config{};
    each([&](const auto& part) {
      if constexpr (requires { part.assign(config, values); }) part.assign(config, values);
    });
    return config;
  }

  /// The inverse of `parse`: every parameter and what `config` holds of it.
  ValueMap values(const Config& config) const {
    ValueMap all;
    each([&](const auto& part) {
      if constexpr (requires { part.store(config, all); }) part.store(config, all);
    });
    return all;
  }

  /// One sentence for each rule that does not hold.
  std::vector<std::string> violations(const ValueMap& values) const {
    std::vector<std::string> all;
    const Config config = parse(values);
    each([&](const auto& part) {
      if constexpr (requires { part.violation(config); }) {
        if (const char* text = part.violation(config)) all.emplace_back(text);
      }
    });
    return all;
  }

  /// Calls `visit` with each field and rule, those of parts that are schemas included.
  template <class Visit>
  constexpr void each(Visit visit) const {
    const auto one = [&](const auto& part) {
      if constexpr (requires { part.each(visit); }) {
        part.each(visit);
      } else {
        visit(part);
      }
    };
    std::apply([&](const auto&... part) { (one(part), ...); }, parts_);
  }

 private:
  std::tuple<Parts...> parts_;
};

template <class Config, class... Parts>
constexpr Schema<Config, Parts...> schema(Parts... parts) {
  return Schema<Config, Parts...>(parts...);
}

}  // namespace glia
