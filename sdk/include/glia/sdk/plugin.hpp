// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/fingerprint.hpp>
#include <glia/sdk/schema.hpp>
#include <glia/sdk/value.hpp>
#include <glia/sdk/version.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace glia {

class Activation;
class Encoder;
class Layer;
class Head;
class Task;

enum class PluginKind { dataset, encoder, wave_layer, activation, head, task };

/// Every kind, in the order of the enumeration.
inline constexpr std::array plugin_kinds{PluginKind::dataset,    PluginKind::encoder,
                                         PluginKind::wave_layer, PluginKind::activation,
                                         PluginKind::head,       PluginKind::task};

/// "dataset", "encoder", "wave layer", "activation", "head", "task".
GLIA_API const char* kind_name(PluginKind kind);

/// One thing that a plugin library offers: identity, parameters and how to make it.
struct Descriptor {
  PluginKind kind{};
  std::string id;   ///< lower-case letters, digits, underscores; unique among its kind
  std::string doc;  ///< one sentence
  std::vector<FieldSpec> fields;
  std::vector<DataFile> files;  ///< datasets that can be downloaded
  std::string data_set;         ///< datasets: name of the folder that holds the files
  std::function<std::vector<std::string>(const ValueMap&)> violations;

  /// Makes an instance from validated values; only the member that matches `kind` is set.
  std::function<std::unique_ptr<Dataset>(const ValueMap&)> make_dataset;
  std::function<std::unique_ptr<Encoder>(const ValueMap&)> make_encoder;
  std::function<std::unique_ptr<Layer>(const ValueMap&)> make_wave_layer;
  std::function<std::unique_ptr<Activation>(const ValueMap&)> make_activation;
  std::function<std::unique_ptr<Head>(const ValueMap&)> make_head;
  std::function<std::unique_ptr<Task>(const ValueMap&)> make_task;
};

/// What the host reads first from a library: plain data, checked before any C++ object is touched.
struct PluginEntry {
  static constexpr std::uint32_t expected_magic = 0x61696C67;  // "glia"

  std::uint32_t magic;
  std::uint32_t entry_size;  ///< sizeof(PluginEntry): later SDKs append fields
  std::uint32_t sdk_major;
  std::uint32_t sdk_minor;
  std::uint32_t descriptor_size;  ///< sizeof(Descriptor), a type that crosses the boundary
  const char* version;            ///< of the plugin; part of every result's identity
  const std::vector<Descriptor>& (*descriptors)();
};

namespace detail {

template <class Schema>
Descriptor describe(PluginKind kind, const char* id, const Schema& schema, const char* doc) {
  Descriptor d;
  d.kind = kind;
  d.id = id;
  d.doc = doc;
  d.fields = schema.fields();
  d.violations = [schema](const ValueMap& values) { return schema.violations(values); };
  return d;
}

/// Constructs T from its parsed Config.
template <class Base, class T, class Schema>
std::function<std::unique_ptr<Base>(const ValueMap&)> maker(const Schema& schema) {
  return [schema](const ValueMap& values) -> std::unique_ptr<Base> {
    return std::make_unique<T>(schema.parse(values));
  };
}

}  // namespace detail

/// `files` and `data_set` make `glia data get ID` work; the folder is called like the dataset
/// unless `data_set` says otherwise.
template <class T, class Schema>
Descriptor dataset(const char* id, const Schema& schema, const char* doc,
                   std::vector<DataFile> files = {}, std::string data_set = {}) {
  Descriptor d = detail::describe(PluginKind::dataset, id, schema, doc);
  d.files = std::move(files);
  d.data_set = data_set.empty() ? id : std::move(data_set);
  d.make_dataset = detail::maker<Dataset, T>(schema);
  return d;
}

template <class T, class Schema>
Descriptor encoder(const char* id, const Schema& schema, const char* doc) {
  Descriptor d = detail::describe(PluginKind::encoder, id, schema, doc);
  d.make_encoder = detail::maker<Encoder, T>(schema);
  return d;
}

template <class T, class Schema>
Descriptor wave_layer(const char* id, const Schema& schema, const char* doc) {
  Descriptor d = detail::describe(PluginKind::wave_layer, id, schema, doc);
  d.make_wave_layer = detail::maker<Layer, T>(schema);
  return d;
}

template <class T, class Schema>
Descriptor activation(const char* id, const Schema& schema, const char* doc) {
  Descriptor d = detail::describe(PluginKind::activation, id, schema, doc);
  d.make_activation = detail::maker<Activation, T>(schema);
  return d;
}

template <class T, class Schema>
Descriptor head(const char* id, const Schema& schema, const char* doc) {
  Descriptor d = detail::describe(PluginKind::head, id, schema, doc);
  d.make_head = detail::maker<Head, T>(schema);
  return d;
}

template <class T, class Schema>
Descriptor task(const char* id, const Schema& schema, const char* doc) {
  Descriptor d = detail::describe(PluginKind::task, id, schema, doc);
  d.make_task = detail::maker<Task, T>(schema);
  return d;
}

}  // namespace glia

/// Exports a plugin library; once per library, at namespace scope:
///
///     GLIA_PLUGIN("1.0.0", glia::wave_layer<Slide>("slide", schema, "Calcium moves straight on."))
#define GLIA_PLUGIN(plugin_version, ...)                                       \
  extern "C" {                                                                 \
  GLIA_API extern char GLIA_FINGERPRINT_SYMBOL[1];                             \
  GLIA_API extern const ::glia::PluginEntry glia_entry;                        \
  }                                                                            \
  __attribute__((used)) char GLIA_FINGERPRINT_SYMBOL[1] = {1};                 \
  static const std::vector<::glia::Descriptor>& glia_plugin_descriptors() {    \
    static const std::vector<::glia::Descriptor> all{__VA_ARGS__};             \
    return all;                                                                \
  }                                                                            \
  __attribute__((used))                                                        \
  const ::glia::PluginEntry glia_entry = {::glia::PluginEntry::expected_magic, \
                                          sizeof(::glia::PluginEntry),         \
                                          GLIA_SDK_MAJOR,                      \
                                          GLIA_SDK_MINOR,                      \
                                          sizeof(::glia::Descriptor),          \
                                          plugin_version,                      \
                                          &glia_plugin_descriptors};
