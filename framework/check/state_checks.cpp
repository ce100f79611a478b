// SPDX-License-Identifier: MIT
// What a checkpoint holds must be all that a plugin has learnt.
#include "check/trial.hpp"
#include "core/files.hpp"
#include "train/safetensors.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>

namespace glia::check {
namespace fs = std::filesystem;
namespace {

/// A folder that is gone with everything in it at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "glia-check-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw Unseen{"no temporary folder can be made"};
    path_ = name;
  }
  Folder(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

train::NamedTensors tensors_of(const Trial& trial) {
  auto all = trial.saved();
  if (all.empty()) throw Skip{"it has nothing to save"};
  return all;
}

void names(const Subject& s) {
  const Trial first(*s.descriptor, {.seed = s.seed});
  const Trial second(*s.descriptor, {.seed = s.seed + 1});
  const auto a = tensors_of(first), b = tensors_of(second);
  expect(a.size() == b.size(),
         fmt::format("one instance has {} tensors to save, the next {}", a.size(), b.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    expect(a[i].first == b[i].first,
           fmt::format("tensor {} is called '{}' in one instance and '{}' in the next", i,
                       a[i].first, b[i].first));
    expect(a[i].second.sizes() == b[i].second.sizes(),
           fmt::format("'{}' has another shape in every instance", a[i].first));
  }
}

void round_trip(const Subject& s) {
  const Trial trained(*s.descriptor, {.seed = s.seed});
  const Trial fresh(*s.descriptor, {.seed = s.seed + 1});
  const auto from = tensors_of(trained), to = tensors_of(fresh);
  {
    at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < from.size(); ++i) {
      at::Tensor source = from[i].second, target = to[i].second;
      source.add_(0.25);  // as if it had been trained after it was built
      target.copy_(source);
    }
  }
  const at::Tensor x = trained.rows(6);
  const at::Tensor a = trained.forward(x, false), b = fresh.forward(x, false);
  const bool noisy = !same_bits(a, trained.forward(x, false, 1));
  if (noisy) throw Unseen{"it adds noise in testing, keyed by the run's seed"};
  expect(same_bits(a, b),
         fmt::format(
             "a new instance that is given all parameters and buffers of a trained one answers "
             "differently, by {}\nwhat a plugin learns, draws or is fitted to has to be in its "
             "ParameterSet; keep the handle that add() returns, not what was computed from it",
             text_of(difference(a, b))));
}

/// Two instances, fitted to the same samples, and one that is not.
void fit(const Subject& s) {
  const Trial one(*s.descriptor, {.seed = s.seed}), other(*s.descriptor, {.seed = s.seed});
  if (!one.encoder()->fitted()) throw Skip{"it is not fitted"};
  const Trial fresh(*s.descriptor, {.seed = s.seed, .fit = false});
  const auto fitted = one.saved(), again = other.saved(), before = fresh.saved();
  bool changed = false;
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    const auto& [name, tensor] = fitted[i];
    expect(at::isfinite(tensor).all().item<bool>(),
           fmt::format("fitted to ordinary samples, '{}' has a NaN or infinite value", name));
    expect(same_bits(tensor, again[i].second),
           fmt::format(
               "'{}' differs between two instances that were fitted to the same samples, by {}",
               name, text_of(difference(tensor, again[i].second))));
    changed |= !same_bits(tensor, before[i].second);
  }
  expect(changed, "fit changes no parameter and no buffer, so nothing of it would be saved");
}

void file(const Subject& s) {
  const Folder folder;
  const auto path = folder / "state.safetensors";
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const auto tensors = tensors_of(trial);
  train::save_safetensors(path, tensors);
  const auto loaded = train::load_safetensors(path);
  expect(loaded.tensors.size() == tensors.size(), "not every parameter comes back from the file");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    expect(loaded.tensors[i].first == tensors[i].first &&
               same_bits(loaded.tensors[i].second, tensors[i].second),
           fmt::format("'{}' comes back changed from the file", tensors[i].first));
  }
  const std::string bytes = read_file(path);
  const auto cut = folder / "cut.safetensors";
  for (const std::size_t left :
       {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    write_file(cut, bytes.substr(0, left));
    bool refused = false;
    try {
      train::load_safetensors(cut);
    } catch (const Error&) {
      refused = true;
    }
    expect(refused, fmt::format("a file that ends after {} bytes is taken for whole", left));
  }
}

}  // namespace

std::vector<Check> state_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"state-names", "A checkpoint finds its parameters by their names.", error, plugin, networks,
       names, true},
      {"state-round-trip", "A network that was saved and loaded must be the one that was trained.",
       error, plugin, networks, round_trip},
      {"state-file",
       "Checkpoints go through a file, and a file that was cut must be refused, not half loaded.",
       error, plugin, networks, file},
      {"state-fit",
       "What an encoder is fitted to is kept for later runs: it must come out the same each time.",
       error, plugin, encoders, fit},
  };
}

}  // namespace glia::check
