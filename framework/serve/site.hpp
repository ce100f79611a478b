// SPDX-License-Identifier: MIT
#pragma once

#include "serve/http.hpp"
#include "serve/pages.hpp"
#include "serve/rankings.hpp"
#include "serve/sweep_state.hpp"
#include "serve/watched_folder.hpp"
#include "serve/wave_pictures.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glia::serve {

/// What the server answers: pages, their parts, JSON, pictures. Reads, and never writes; whoever has
/// no token is told nothing. [thread-safe]
class Site {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string token, host;           ///< `host` as the server listens on it
    std::vector<std::string> program;  ///< the words that start glia, for `glia wave`
    std::function<bool()> stop;
  };

  /// Error (usage) if there is no such folder.
  explicit Site(Options options);

  Answer answer(const Request& request);

  /// What has changed since the last call, as the data of an event.
  std::string news() { return folder_.news(); }

  const std::string& token() const { return options_.token; }

 private:
  using Page = Answer (Site::*)(const Request&);

  Answer found(const Request& request);
  Answer home(const Request& request);
  Answer show(const Request& request);
  Answer part(const Request& request);
  Answer runs_json(const Request& request);
  Answer item_json(const Request& request);
  Answer groups_csv(const Request& request);
  Answer numbers_csv(const Request& request);
  Answer wave_svg(const Request& request);
  Answer script(const Request& request);
  Answer events(const Request& request);

  Item wanted(const Request& request);
  Summary summary_of(const Item& item);
  Found<Summary> kept_summary(const Item& item, Rankings::Clock::time_point until);
  Found<std::string> state_part(const Item& item, Rankings::Clock::time_point until);
  Found<std::string> report_part(const Item& item);
  Found<std::string> overview_part(std::size_t from, Rankings::Clock::time_point until);

  Options options_;
  WatchedFolder folder_;
  WavePictures waves_;
  Rankings rankings_{WatchedFolder::most_items + 100};
  Paced<Summary> summaries_{WatchedFolder::most_items + 100};
  Paced<std::string> states_{64}, reports_{24}, tables_{8};
  Paced<std::map<std::string, std::string>> numbers_{4};  ///< by the names of their files
};

}  // namespace glia::serve
