// SPDX-License-Identifier: MIT
#include "train/stage_cache.hpp"

#include "core/hash.hpp"
#include "core/machine.hpp"
#include "core/product_libraries.hpp"
#include "core/provenance.hpp"
#include "train/data_check.hpp"
#include "train/latents.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>

namespace glia::train {
namespace {

constexpr std::size_t remembered = 8;

/// What was compiled, and how: a commit that only changes docs or commands leaves it. Where git
/// does not tell, the library's own hash.
std::string compiled() {
  const BuildInfo& build = build_info();
  std::string text = fmt::format("{}, {} {}", build.version, build.compiler, build.build_type);
  if (!build.sanitizers.empty()) text += ' ' + build.sanitizers;
  text += ", engine";
  if (!build.engine.empty()) return text + ' ' + build.engine;
  Dl_info library{};
  if (::dladdr(reinterpret_cast<void*>(&cache_identity), &library) != 0 && library.dli_fname) {
    text += ' ' + identity_of_file(library.dli_fname);
  }
  return text;
}

/// What the last bits of matrix products depend on: another library or processor, other bits.
std::string product_identity() {
  std::string text;
  for (const auto& [name, what] : product_libraries()) text += fmt::format("{} = {}\n", name, what);
  return text;
}

/// The instruction set that LibTorch's own loops run on: "AVX2".
std::string torch_instructions() {
  const std::string all = at::show_config(), label = "CPU capability usage: ";
  const auto at = all.find(label);
  if (at == std::string::npos) return "";
  const auto begin = at + label.size();
  return all.substr(begin, all.find_first_of(" \n", begin) - begin);
}

}  // namespace

std::string program_build() {
  static const std::string build = compiled() + ", LibTorch " TORCH_VERSION;
  return build;
}

std::string cache_identity(const graph::Stage& stage) {
  static const std::string program =
      fmt::format("glia = {}{}{} {}\n{}", compiled(),
                  "\nLibTorch = " TORCH_VERSION "\nmachine = ", instruction_set(),
                  torch_instructions(), product_identity());
  return stage.identity + stage.data + program;
}

std::string cache_key(const graph::Stage& stage) { return sha256_hex(cache_identity(stage)); }

StageCache::StageCache(Cache cache, WhenBusy when_busy)
    : cache_(std::move(cache)), when_busy_(when_busy) {}

Cache::Got StageCache::get_or_make(const graph::Stage& stage, const Make& make,
                                   const std::function<bool()>& stop) const {
  const Cache::Recipe recipe{cache_key(stage), stage.name, cache_identity(stage), make};
  if (when_busy_ == WhenBusy::wait) return cache_.get_or_make(recipe, stop);
  if (auto got = cache_.try_get_or_make(recipe)) return *got;
  throw Busy{stage.name};
}

bool StageCache::latents(const graph::Stage& stage, const LatentForm& form, Encoded& encoded,
                         const Make& make, const std::function<bool()>& stop) {
  const std::string key = cache_key(stage);
  if (recall(key, encoded)) return true;
  const auto got = get_or_make(stage, make, stop);
  encoded = map_latents(got.file);
  check_latents(encoded, form, got.file.string());
  remember(key, encoded);
  return !got.made;
}

bool StageCache::find_latents(const graph::Stage& stage, const LatentForm& form, Encoded& encoded) {
  const std::string key = cache_key(stage);
  if (recall(key, encoded)) return true;
  const auto file = cache_.find(key);
  if (!file) return false;
  encoded = map_latents(*file);
  check_latents(encoded, form, file->string());
  remember(key, encoded);
  return true;
}

bool StageCache::recall(const std::string& key, Encoded& encoded) {
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(recent_.begin(), recent_.end(),
                               [&](const auto& each) { return each.first == key; });
  if (it == recent_.end()) return false;
  recent_.splice(recent_.begin(), recent_, it);
  encoded = recent_.front().second;
  return true;
}

void StageCache::remember(const std::string& key, const Encoded& encoded) {
  const std::lock_guard lock(mutex_);
  recent_.emplace_front(key, encoded);
  if (recent_.size() > remembered) recent_.pop_back();
}

}  // namespace glia::train
