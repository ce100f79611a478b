// SPDX-License-Identifier: MIT
// What the keys of a network in time mean for the row that it hears.
#include "graph/time.hpp"

#include "graph/size_limits.hpp"

#include <fmt/format.h>

#include <numeric>
#include <set>
#include <utility>

namespace glia::graph {
namespace {

std::string numbers(std::int64_t n) { return fmt::format("{} number{}", n, n == 1 ? "" : "s"); }

class TimeReader {
 public:
  TimeReader(const config::NetworkNode& network, const Shape& in, Diagnostics& problems)
      : network_(network), in_(in), problems_(problems) {}

  std::optional<TimeLayout> read() {
    time_.moves = in_.is_sheet();
    time_.heard = in_.width;
    if (!read_passes() || !read_cells() || !read_inject()) return std::nullopt;
    time_.truncate = network_.truncate;
    time_.readout = network_.readout;
    return std::move(time_);
  }

 private:
  bool wrong(const Source& place, const std::string& message, const std::string& hint) {
    problems_.error(place.name.empty() ? network_.source : place, message, hint);
    return false;
  }

  bool read_passes() {
    const bool given = network_.gives("steps");
    time_.passes = given ? network_.steps : in_.height;
    if (in_.is_sheet() && time_.passes != in_.height) {
      return wrong(network_.time_sources.steps,
                   fmt::format("steps = {}, but the sheet that network '{}' hears has {} rows of "
                               "{}: one for each pass",
                               network_.steps, network_.id, in_.height, numbers(in_.width)),
                   fmt::format("write steps = {}, or leave it out", in_.height));
    }
    if (!given && !in_.is_sheet()) {
      return wrong(network_.time_sources.cells,
                   fmt::format("network '{}' is one in time, but does not say for how many passes: "
                               "the row of {} that it hears has no rows of its own",
                               network_.id, numbers(in_.width)),
                   "add 'steps', the number of passes; every pass hears that row");
    }
    if (time_.passes > most_rows_of_all) {  // each is a row at least
      return wrong(network_.time_sources.steps,
                   fmt::format("steps = {}: a network in time has at most {} passes", time_.passes,
                               most_rows_of_all),
                   "take fewer");
    }
    return true;
  }

  bool read_cells() {
    time_.cells = network_.gives("cells") ? network_.cells : time_.heard;
    if (time_.cells >= time_.heard) return true;
    return wrong(
        network_.time_sources.cells,
        fmt::format("a pass of network '{}' hears {}, but its state has only {} cell{}",
                    network_.id, numbers(time_.heard), time_.cells, time_.cells == 1 ? "" : "s"),
        fmt::format("write cells = {} or more", time_.heard));
  }

  bool read_inject() {
    const auto& given = network_.inject;
    const Source& place = network_.time_sources.inject;
    if (given.size() > 1 && static_cast<std::int64_t>(given.size()) != time_.heard) {
      return wrong(place,
                   fmt::format("inject names {} cells, but a pass of network '{}' hears {}",
                               given.size(), network_.id, numbers(time_.heard)),
                   "name one cell for each number, or the first of neighbouring cells");
    }
    std::vector<std::int64_t> cells = given;
    if (given.size() <= 1) {
      cells.resize(static_cast<std::size_t>(time_.heard));
      const std::int64_t middle = (time_.cells - time_.heard) / 2;
      std::iota(cells.begin(), cells.end(), given.empty() ? middle : given.front());
    }
    std::set<std::int64_t> named;
    for (const std::int64_t cell : cells) {
      if (cell >= time_.cells) {
        return wrong(place,
                     fmt::format("inject reaches cell {}, but the state of network '{}' has cells "
                                 "0 to {}",
                                 cell, network_.id, time_.cells - 1),
                     given.size() == 1
                         ? fmt::format("write inject = [{}] or less: {} neighbours hear the input",
                                       time_.cells - time_.heard, time_.heard)
                         : "name cells of the state, or write more 'cells'");
      }
      if (!named.insert(cell).second) {
        return wrong(place, fmt::format("inject names cell {} twice", cell),
                     "every number that a pass hears needs a cell of its own");
      }
      time_.inject.push_back(static_cast<std::int32_t>(cell));
    }
    return true;
  }

  const config::NetworkNode& network_;
  const Shape& in_;
  Diagnostics& problems_;
  TimeLayout time_;
};

}  // namespace

std::optional<TimeLayout> time_of(const config::NetworkNode& network, const Shape& in,
                                  Diagnostics& problems) {
  return TimeReader(network, in, problems).read();
}

}  // namespace glia::graph
