// SPDX-License-Identifier: MIT
#pragma once

#include "core/cache.hpp"
#include "graph/stages.hpp"
#include "train/encoding.hpp"

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <utility>

namespace glia::train {

struct LatentForm;

/// Somebody else is computing the stage just now.
struct Busy {
  std::string stage;
};

/// What trained encoders and encoded data sets leave for later runs. [thread-safe]
class StageCache {
 public:
  enum class WhenBusy { wait, leave };  ///< leave: throw Busy

  explicit StageCache(Cache cache, WhenBusy when_busy = WhenBusy::wait);

  const Cache& files() const { return cache_; }

  using Make =
      std::function<void(const std::filesystem::path& file, const std::filesystem::path& work)>;

  /// See `Cache::get_or_make`.
  Cache::Got get_or_make(const graph::Stage& stage, const Make& make,
                         const std::function<bool()>& stop) const;

  /// The latents of a stage, mapped into memory, from a file that `make` writes if need be; true if
  /// they were there. Those of the last few stages are remembered.
  /// Error (data) if what the file holds is not of this form.
  bool latents(const graph::Stage& stage, const LatentForm& form, Encoded& encoded,
               const Make& make, const std::function<bool()>& stop);

  /// Only what is there already.
  bool find_latents(const graph::Stage& stage, const LatentForm& form, Encoded& encoded);

 private:
  bool recall(const std::string& key, Encoded& encoded);
  void remember(const std::string& key, const Encoded& encoded);

  Cache cache_;
  WhenBusy when_busy_;
  std::mutex mutex_;
  std::list<std::pair<std::string, Encoded>> recent_;  ///< the most recently used first
};

/// What this program's numbers come from: version, compiler, engine, LibTorch.
std::string program_build();

/// The key of the stage's result in a cache, and the text that it is the SHA-256 of: the stage's
/// identity, this program's build, LibTorch's version, and the kind of machine that the last bits
/// of numbers depend on.
std::string cache_identity(const graph::Stage& stage);
std::string cache_key(const graph::Stage& stage);

}  // namespace glia::train
