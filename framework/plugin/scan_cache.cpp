// SPDX-License-Identifier: MIT
#include "plugin/scan_cache.hpp"

#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/text_file.hpp"
#include "plugin/fingerprint.hpp"

#include <nlohmann/json.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace glia::plugin {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr int format = 1;

/// What must stay the same for a verdict to hold.
json state_of(const fs::path& library) {
  struct stat found {};
  if (::stat(library.c_str(), &found) != 0) return nullptr;
  return {{"size", found.st_size},
          {"inode", found.st_ino},
          {"seconds", found.st_mtim.tv_sec},
          {"nanoseconds", found.st_mtim.tv_nsec},
          {"host", host_fingerprint_symbol()}};
}

bool is_ours(const fs::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && found.st_uid == ::geteuid();
}

}  // namespace

ScanCache::ScanCache(fs::path file)
    : file_(std::move(file)), libraries_(std::make_unique<json>(json::object())) {
  try {
    if (!is_ours(file_)) return;
    const json all = read_json(read_text_file(file_));
    if (all.at("format") == format && all.at("libraries").is_object()) {
      *libraries_ = all.at("libraries");
    }
  } catch (const std::exception& e) {
    log().debug("the plugin cache {} is not used: {}", file_.string(), e.what());
  }
}

ScanCache::~ScanCache() = default;

std::optional<Verdict> ScanCache::find(const fs::path& library) const {
  const auto entry = libraries_->find(library.string());
  if (entry == libraries_->end() || !entry->is_object()) return std::nullopt;
  const json now = state_of(library);
  if (now.is_null() || entry->value("state", json()) != now) return std::nullopt;
  const json result = entry->value("result", json());
  if (result == "loads") return Verdict{};
  if (result != "crashes") return std::nullopt;
  const json reason = entry->value("reason", json());
  return Verdict{Verdict::Kind::crashes, reason.is_string() ? reason.get<std::string>() : "",
                 "found earlier; it is tried again once it changes, or without " + file_.string()};
}

void ScanCache::remember(const fs::path& library, const Verdict& verdict) {
  const bool loads = verdict.kind == Verdict::Kind::loads;
  const json now = state_of(library);
  if (now.is_null() || (!loads && verdict.kind != Verdict::Kind::crashes)) return;
  json entry{{"state", now}, {"result", loads ? "loads" : "crashes"}};
  if (!loads) entry["reason"] = verdict.reason;
  (*libraries_)[library.string()] = std::move(entry);
  changed_ = true;
}

void ScanCache::save() {
  if (!changed_) return;
  json kept = json::object();
  for (const auto& [path, entry] : libraries_->items()) {
    std::error_code error;
    if (fs::exists(path, error)) kept[path] = entry;
  }
  try {
    fs::create_directories(file_.parent_path());
    const json all{{"format", format}, {"libraries", std::move(kept)}};
    write_file(file_, json_text(all, 1) + '\n');
    changed_ = false;
  } catch (const std::exception& e) {
    log().debug("the plugin cache cannot be kept: {}", e.what());
  }
}

}  // namespace glia::plugin
