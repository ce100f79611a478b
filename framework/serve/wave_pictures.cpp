// SPDX-License-Identifier: MIT
#include "serve/wave_pictures.hpp"

#include "core/files.hpp"
#include "core/process.hpp"
#include "core/temporary_folder.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>

namespace glia::serve {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto longest = 60s;
constexpr std::uint64_t most_picture = 32 << 20;

}  // namespace

std::string WavePictures::draw(const fs::path& run, const std::string& stamp,
                               const std::string& head, unsigned sample) {
  const std::string name = fmt::format("{}\n{}\n{}", run.string(), head, sample);
  return *drawn_.get(name, stamp, [&] { return made(run, head, sample); }).value;
}

std::string WavePictures::made(const fs::path& run, const std::string& head,
                               unsigned sample) const {
  const TemporaryFolder own;
  const fs::path picture = own.path() / "wave.svg";
  Command command{.words = program_};
  for (const auto& word :
       {std::string("wave"), run.string(), std::string("--sample"), std::to_string(sample),
        std::string("--threads"), std::string("1"), std::string("-o"), picture.string()}) {
    command.words.push_back(word);
  }
  if (!head.empty()) command.words.push_back("--head=" + head);
  command.out = Command::Stream::nothing;
  Process process(command);
  const auto end = Clock::now() + longest;
  std::string said;
  std::optional<ProcessEnd> ended;
  while (!ended) {
    pollfd waiting[] = {{process.ended(), POLLIN, 0}, {process.err(), POLLIN, 0}};
    ::poll(waiting, said.empty() ? 2 : 1, 100);
    read_available(process.err(), said, 1 << 16);
    ended = process.try_wait();
    if (!ended && (stop_() || Clock::now() > end)) {
      throw Error(ErrorCode::data, "the wave took too long to draw");
    }
  }
  read_available(process.err(), said, 1 << 16);
  if (ended->signal != 0 || ended->code != 0) {
    throw Error(ErrorCode::data, said.empty() ? end_text(*ended) : said);
  }
  return read_file(picture, most_picture);
}

}  // namespace glia::serve
