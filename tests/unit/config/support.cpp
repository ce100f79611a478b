// SPDX-License-Identifier: MIT
#include "support.hpp"

#include "catch.hpp"

#include <glia/sdk/plugin.hpp>

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace fs = std::filesystem;

const char* const good_file = R"(#:schema ./pipeline.schema.json
[pipeline]
name = "digits"
seed = 7

[dataset.digits]
plugin = "mnist"

[encoder.latent]
plugin = "vae"
input = "digits"
z = 20
train = { epochs = 5, learning_rate = 1 }

[network.astro]
input = "latent"
narrow_to = 10
pattern = [ { wave = "gather" }, { wave = "slide", boundary = "ring" }, { activation = "softmax" } ]
defaults = { bias = "none" }

[network.deep]
input = "astro"
keep_last_activation = true
pattern = [
  { pattern = [ { wave = "slide" }, { activation = "tanh" } ], repeat = 3 },
  { wave = "leak", sigma = 0.5 },
]

[head.digit]
plugin = "classifier"
input = "deep"
train = { epochs = 3, optimizer = "sgd" }
)";

namespace {

struct Mnist {
  std::string path;
  std::int64_t limit = 0;
};
struct Vae {
  std::int64_t z = 0;
  std::vector<std::int64_t> hidden{512};
  double beta = 1;
};
struct Stencil {
  std::string boundary = "open";
  std::string bias = "additive";
};
struct Leak {
  double sigma = 0.1;
  double gain = 1;
};
struct Greedy {
  std::string pattern, repeat;
};
struct Clash {
  std::string input;
};
struct Plain {};
struct Hill {
  double n = 2;
};
struct Classifier {
  std::vector<std::string> names;
  std::vector<double> weights;
  bool balanced = false;
};

constexpr auto mnist = glia::schema<Mnist>(
    glia::field(&Mnist::path, "path").doc("Folder of the files."),
    glia::field(&Mnist::limit, "limit").at_least(0).doc("Use so many samples."));
constexpr auto vae = glia::schema<Vae>(
    glia::field(&Vae::z, "z").at_least(1).required().doc("Width of the code."),
    glia::field(&Vae::hidden, "hidden").at_least(1).doc("Widths of the layers."),
    glia::field(&Vae::beta, "beta").range(0, 1).doc("Weight of the prior."),
    glia::rule<Vae>([](const Vae& c) -> const char* {
      return c.hidden.empty() || c.z > c.hidden[0] ? "z must not exceed the first of hidden"
                                                   : nullptr;
    }));
constexpr auto stencil = glia::schema<Stencil>(
    glia::field(&Stencil::boundary, "boundary").choices("open", "ring").doc("What lies beyond."),
    glia::field(&Stencil::bias, "bias")
        .choices("additive", "compounding", "none")
        .doc("How the bias enters."));
constexpr auto leak =
    glia::schema<Leak>(glia::field(&Leak::sigma, "sigma").above(0).below(1).doc("Noise."),
                       glia::field(&Leak::gain, "gain").doc("Factor."));
constexpr auto broken = glia::schema<Leak>(
    glia::rule<Leak>([](const Leak&) -> const char* { throw std::runtime_error("oh"); }));
constexpr auto greedy = glia::schema<Greedy>(glia::field(&Greedy::pattern, "pattern").doc("x"),
                                             glia::field(&Greedy::repeat, "repeat").doc("x"));
constexpr auto clash = glia::schema<Clash>(glia::field(&Clash::input, "input").doc("x"));
constexpr auto plain = glia::schema<Plain>();
constexpr auto hill =
    glia::schema<Hill>(glia::field(&Hill::n, "n").range(1, 16).doc("How steep it is."));
constexpr auto classifier = glia::schema<Classifier>(
    glia::field(&Classifier::names, "names").choices("a", "b").doc("Classes."),
    glia::field(&Classifier::weights, "class_weights").above(0).doc("Weights."),
    glia::field(&Classifier::balanced, "balanced").doc("Whether classes count alike."));

class FakeCatalog final : public glia::Catalog {
 public:
  FakeCatalog() {
    using glia::PluginKind;
    add(PluginKind::dataset, "mnist", mnist);
    add(PluginKind::encoder, "clash", clash);
    add(PluginKind::encoder, "vae", vae);
    add(PluginKind::wave_layer, "broken", broken);
    add(PluginKind::wave_layer, "gather", stencil);
    add(PluginKind::wave_layer, "greedy", greedy);
    add(PluginKind::wave_layer, "leak", leak);
    add(PluginKind::wave_layer, "slide", stencil);
    add(PluginKind::activation, "elu", plain);
    add(PluginKind::activation, "hill", hill);
    add(PluginKind::activation, "relu", plain);
    add(PluginKind::activation, "softmax", plain);
    add(PluginKind::activation, "tanh", plain);
    add(PluginKind::head, "classifier", classifier);
  }

  const glia::CatalogEntry* find(glia::PluginKind kind, std::string_view id) const override {
    for (const auto* entry : all()) {
      if (entry->descriptor->kind == kind && entry->descriptor->id == id) return entry;
    }
    return nullptr;
  }

  std::vector<const glia::CatalogEntry*> all() const override {
    std::vector<const glia::CatalogEntry*> list;
    for (const auto& entry : entries_) list.push_back(entry.get());
    return list;
  }

 private:
  template <class Schema>
  void add(glia::PluginKind kind, const char* id, const Schema& schema) {
    auto descriptor = std::make_unique<glia::Descriptor>();
    descriptor->kind = kind;
    descriptor->id = id;
    descriptor->fields = schema.fields();
    descriptor->violations = [schema](const glia::ValueMap& v) { return schema.violations(v); };
    entries_.push_back(std::make_unique<glia::CatalogEntry>(
        glia::CatalogEntry{descriptor.get(), "1.0.0", "/nowhere"}));
    descriptors_.push_back(std::move(descriptor));
  }

  std::vector<std::unique_ptr<glia::Descriptor>> descriptors_;
  std::vector<std::unique_ptr<glia::CatalogEntry>> entries_;
};

std::string without_path(std::string text, const std::string& path) {
  for (auto at = text.find(path); at != std::string::npos; at = text.find(path)) {
    text.replace(at, path.size(), "FILE");
  }
  return text;
}

}  // namespace

const glia::Catalog& fake_catalog() {
  static const FakeCatalog catalog;
  return catalog;
}

TempFolder::TempFolder() {
  static std::atomic<int> number{0};
  path_ = fs::temp_directory_path() /
          ("glia-config-" + std::to_string(::getpid()) + '-' + std::to_string(number++));
  fs::create_directories(path_);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return file(name);
}

std::string edited(const std::string& from, const std::string& to) {
  std::string text = good_file;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

glia::config::Pipeline load(const std::string& text, const std::vector<std::string>& overrides) {
  const TempFolder folder;
  return glia::config::load_pipeline(folder.write("p.toml", text), overrides, fake_catalog());
}

std::string errors(const std::string& text, const std::vector<std::string>& overrides) {
  const TempFolder folder;
  const auto file = folder.write("p.toml", text);
  try {
    glia::config::load_pipeline(file, overrides, fake_catalog());
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::configuration);
    return without_path(e.what(), file);
  }
  return "";
}

std::string setting(const glia::config::Pipeline& pipeline, const std::string& path) {
  for (const auto& s : pipeline.settings) {
    if (s.path == path) return s.value + " # " + without_path(s.origin, pipeline.spec.file);
  }
  return "none";
}
