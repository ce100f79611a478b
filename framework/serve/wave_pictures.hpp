// SPDX-License-Identifier: MIT
#pragma once

#include "serve/paced.hpp"

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace glia::serve {

/// Pictures of waves, drawn by `glia wave` in a process of its own: what a plugin or a damaged
/// checkpoint does there is its end, not the server's. One at a time, each at most a minute.
/// [thread-safe]
class WavePictures {
 public:
  /// `program`: the words that start glia; `stop`: gives up what is being drawn.
  WavePictures(std::vector<std::string> program, std::function<bool()> stop)
      : program_(std::move(program)), stop_(std::move(stop)) {}

  /// The SVG for a sample of the run's test split. Error (data) with what glia said where it cannot
  /// be drawn.
  std::string draw(const std::filesystem::path& run, const std::string& stamp,
                   const std::string& head, unsigned sample);

 private:
  std::string made(const std::filesystem::path& run, const std::string& head,
                   unsigned sample) const;

  std::vector<std::string> program_;
  std::function<bool()> stop_;
  Paced<std::string> drawn_{32};
};

}  // namespace glia::serve
