// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// A pipeline file with a bit of everything, and no mistake.
extern const char* const good_file;

/// Plugins without libraries: mnist; vae, clash; gather, slide, leak, broken, greedy; classifier.
const glia::Catalog& fake_catalog();

/// A folder of its own, removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// `good_file` with the first `from` replaced; the test fails if there is none.
std::string edited(const std::string& from, const std::string& to);

glia::config::Pipeline load(const std::string& text,
                            const std::vector<std::string>& overrides = {});

/// What is wrong with such a file, with "FILE" for its path; "" if nothing is.
std::string errors(const std::string& text, const std::vector<std::string>& overrides = {});

/// "value # origin" of a setting, with "FILE" for the file's path; "none" if it is not listed.
std::string setting(const glia::config::Pipeline& pipeline, const std::string& path);
