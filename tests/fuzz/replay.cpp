// SPDX-License-Identifier: MIT
// fuzz_replay TARGET FOLDER [COUNT [SEED]]: gives a target every file of a folder, and so many
// mutations of them; 2000 from seed 1 if no others are asked for. An input that ends the process or
// takes longer than ten seconds is left as finding-TARGET; one that forgets files or mappings is told.
#include "fuzz.hpp"
#include "mutate.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>

namespace {

namespace fs = std::filesystem;

constexpr unsigned longest_seconds = 10;

// What is being tried, for the handler of signals.
const char* current = nullptr;
std::size_t current_size = 0;
std::string finding_file;

void on_signal(int number) {
  const int file = ::open(finding_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file >= 0 && ::write(file, current, current_size) >= 0) ::close(file);
  constexpr char told[] = "the input is kept as finding-...\n";
  [[maybe_unused]] const auto written = ::write(2, told, sizeof told - 1);
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void attempt(const fuzz::Target& target, const std::string& bytes) {
  current = bytes.data();
  current_size = bytes.size();
  ::alarm(longest_seconds);
  try {
    fuzz::answered([&] { target.body(bytes); });
  } catch (const std::exception& e) {
    fuzz::finding(std::string("an exception that is no glia::Error: ") + e.what());
  }
  ::alarm(0);
}

std::vector<std::string> seeds_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

/// Mappings and open files: what is forgotten where reading fails halfway.
long held() {
  std::ifstream maps("/proc/self/maps");
  return std::count(std::istreambuf_iterator<char>(maps), std::istreambuf_iterator<char>(), '\n') +
         std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = argc > 2 ? argv[1] : "";
  const auto& all = fuzz::targets();
  const auto target =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return name == each.name; });
  if (target == all.end()) {
    std::fprintf(stderr, "usage: fuzz_replay TARGET FOLDER [COUNT [SEED]], with TARGET one of\n");
    for (const auto& each : all) std::fprintf(stderr, "  %s\n", each.name);
    return 2;
  }
  const long count = argc > 3 ? std::atol(argv[3]) : 2000;
  const auto seed = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1;
  finding_file = fs::absolute("finding-" + name).string();
  for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
    ::signal(number, on_signal);
  }
  const auto seeds = seeds_in(argv[2]);
  if (seeds.empty()) {
    std::fprintf(stderr, "%s holds no seeds\n", argv[2]);
    return 2;
  }
  for (const auto& each : seeds) attempt(*target, each);
  const long held_before = held();
  fuzz::Mutator mutator(seeds, seed);
  for (long i = 0; i < count; ++i) attempt(*target, mutator.next());
  if (const long more = held() - held_before; more > 100) {
    std::fprintf(stderr, "%s: %ld mappings and files are still open\n", name.c_str(), more);
    return 1;
  }
  std::printf("%s: %zu seeds and %ld mutations answered\n", name.c_str(), seeds.size(), count);
  return 0;
}
