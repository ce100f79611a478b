// SPDX-License-Identifier: MIT
// Who is at work, so that one who never comes back can be named.
#pragma once

#include "core/catalog.hpp"

#include <chrono>
#include <string>

namespace glia {

/// What a thread is at: a call into this plugin, or what the text says.
struct Work {
  const CatalogEntry* plugin = nullptr;
  const std::string* text = nullptr;
  std::chrono::seconds patience{};
};

/// Says so while it lives. What lasts longer than `patience` is told in the log, and again when it has
/// lasted three times as long, while somebody watches (see below). Plugin and text have to live as
/// long. Costs two locks that nobody contends for. [one thread; they nest]
class GLIA_API AtWork {
 public:
  explicit AtWork(const CatalogEntry& plugin,
                  std::chrono::seconds patience = std::chrono::seconds(10))
      : AtWork(Work{&plugin, nullptr, patience}) {}
  explicit AtWork(const std::string& text, std::chrono::seconds patience)
      : AtWork(Work{nullptr, &text, patience}) {}
  ~AtWork();
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  explicit AtWork(const Work& work);
  Work outer_;
};

/// From now on a thread of its own, which no signal reaches, looks at who is at work. Once a process;
/// not before it forks.
GLIA_API void watch_work();

}  // namespace glia
