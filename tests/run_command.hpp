// SPDX-License-Identifier: MIT
// Runs a program the way a user does, and keeps what it said.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

struct Outcome {
  int code = 0;  ///< exit code, or 128 + the signal that ended it
  std::string out;
  std::string err;
};

namespace run_command_detail {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The present environment with `changes` on top, as NAME=VALUE.
inline std::vector<std::string> environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    if (!changes.count(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : changes) all.push_back(name + '=' + value);
  return all;
}

inline std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace run_command_detail

/// `argv[0]` is a path or is looked up in $PATH; `env` is added to the present environment; `cwd`
/// is the folder to run in, "" = this one. Its stdin is empty. Throws if it cannot be started.
inline Outcome run_command(std::vector<std::string> argv,
                           std::map<std::string, std::string> env = {}, std::string cwd = "") {
  namespace detail = run_command_detail;
  std::string folder = (std::filesystem::temp_directory_path() / "glia-run-XXXXXX").string();
  if (!::mkdtemp(folder.data())) throw std::runtime_error("mkdtemp: " + folder);
  const std::string out = folder + "/out", err = folder + "/err";

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
  if (!cwd.empty()) posix_spawn_file_actions_addchdir_np(&files, cwd.c_str());
  const auto variables = detail::environment(env);
  pid_t child = -1;
  const int reason =
      ::posix_spawnp(&child, argv.at(0).c_str(), &files, nullptr, detail::pointers(argv).data(),
                     detail::pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);

  Outcome outcome;
  if (reason == 0) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    outcome.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    outcome.out = detail::text_of(out);
    outcome.err = detail::text_of(err);
  }
  std::filesystem::remove_all(folder);
  if (reason != 0) throw std::runtime_error(argv[0] + ": " + std::strerror(reason));
  return outcome;
}
