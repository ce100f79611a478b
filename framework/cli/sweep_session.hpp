// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "config/template.hpp"
#include "sweep/folder.hpp"
#include "sweep/growth.hpp"
#include "sweep/launcher.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia::cli {

/// The options of every command that runs trials.
struct SweepRunArguments {
  int jobs = 0;  ///< 0: one per core
  bool fail_fast = false, keep_going = false, json = false, quiet = false;

  void add_to(CLI::App& command);
};

/// The options that limit what a trial may take.
class LimitArguments {
 public:
  /// Declares them; must outlive the parsing.
  void add_to(CLI::App& command);
  /// Those that were given, as settings of [sweep].
  std::vector<std::string> overrides() const;

 private:
  std::string timeout_, memory_;
  int retries_ = -1;
};

/// A sweep's folder as launchers see it. What it is made from must outlive it.
class HeldFolder final : public sweep::HeldSweep {
 public:
  /// To collect results only.
  explicit HeldFolder(sweep::Folder& folder) : folder_(folder) {}
  HeldFolder(sweep::Folder& folder, const config::PipelineTemplate& source,
             const SweepRunArguments& arguments);

  const std::filesystem::path& folder() const override { return folder_.path(); }
  const sweep::Origin& origin() const override { return folder_.origin(); }
  const sweep::Plan& plan() const override { return folder_.plan(); }
  std::string trials_text() const override;
  const ValueMap& settings() const override { return settings_; }
  std::vector<std::size_t> pending() const override;
  bool is_cached(const sweep::SharedStage& stage) const override;
  bool adopt(const sweep::Outcome& outcome) override;
  void commit() override { folder_.store().commit(); }
  void grow() override;
  void tell(const std::string& line) override;
  /// Also tells how it went.
  int run_here() override;
  int end() override;
  /// Nobody is at work any more, although trials are left.
  void leave();

 private:
  sweep::Folder& folder_;
  const config::PipelineTemplate* source_ = nullptr;
  const SweepRunArguments* arguments_ = nullptr;
  ValueMap settings_;
  std::optional<sweep::Growth> growth_;
};

/// Makes the cache's folders. Error (io) where trials would have to add to it and cannot.
void require_cache(const std::filesystem::path& folder, const sweep::Plan& plan);

/// Has the launcher run what is pending, and prints what it says. Returns the exit code.
int submit_sweep(const sweep::Launcher& launcher, HeldFolder& sweep);

}  // namespace glia::cli
