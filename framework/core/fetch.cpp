// SPDX-License-Identifier: MIT
#include "core/fetch.hpp"

#include "core/fetch_parts.hpp"
#include "core/file_pieces.hpp"
#include "core/files.hpp"
#include "core/gzip.hpp"
#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/temporary_file.hpp"
#include "core/variable.hpp"
#include "core/write_trouble.hpp"

#include <glia/sdk/error.hpp>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace glia {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail_to_write(const fs::path& path, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT;
  throw Error(ErrorCode::io,
              fmt::format("{}{}: {}", full ? "disk full: cannot write " : "cannot write ",
                          path.string(), std::strerror(reason)),
              reason == EACCES || reason == EPERM || reason == EROFS
                  ? "choose another folder with -o"
                  : "make room or choose another folder with -o; what was downloaded is kept, and "
                    "the same command goes on from there");
}

/// A file that is being written, never through a link; closed on every way out.
class Output {
 public:
  Output(fs::path path, int flags) : path_(std::move(path)) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0666);
    if (fd_ < 0) fail_to_write(path_, errno);
  }
  Output(const Output&) = delete;
  ~Output() { ::close(fd_); }

  /// 0, or the reason.
  int write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  }
  int fd() const { return fd_; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  int fd_;
};

/// One transfer, as libcurl's callbacks see it.
struct Transfer {
  Output& part;
  std::uint64_t start = 0;  ///< bytes that were there before
  FetchProgress progress;
  const FetchOptions& options;
  std::uint64_t written = 0;
  int write_error = 0;
};

std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.write_error = transfer.part.write({bytes, size * count});
  if (transfer.write_error) return 0;
  transfer.written += size * count;
  return size * count;
}

int on_progress(void* user, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.progress.done = transfer.start + static_cast<std::uint64_t>(done);
  transfer.progress.total = total > 0 ? transfer.start + static_cast<std::uint64_t>(total) : 0;
  if (transfer.options.progress) transfer.options.progress(transfer.progress);
  return 0;
}

using Curl = std::unique_ptr<CURL, void (*)(CURL*)>;

Curl prepare(const std::string& url, Transfer& transfer, char* reason) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Curl curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) throw Error(ErrorCode::internal, "libcurl cannot start");
  const auto set = [&](CURLoption option, auto value) {
    curl_easy_setopt(curl.get(), option, value);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_USERAGENT, "glia");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 5L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, 20L);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);  // a transfer that stands still for a minute is cut
  set(CURLOPT_LOW_SPEED_TIME, 60L);
  set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.start));
  set(CURLOPT_WRITEFUNCTION, &on_bytes);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  return curl;
}

long http_status(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/// What went wrong, in words; empty when nothing did.
std::string explain(CURL* curl, CURLcode code, const char* reason, const Transfer& transfer) {
  const auto kept = std::to_string(transfer.start + transfer.written);
  switch (code) {
    case CURLE_OK:
      return {};
    case CURLE_HTTP_RETURNED_ERROR: {
      const long status = http_status(curl);
      // Nothing lies beyond the part: it is complete already.
      if (status == 416 && transfer.start > 0) return {};
      return fmt::format("the server answers with HTTP status {}{}", status,
                         status == 404 ? " (not found)" : "");
    }
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return fmt::format("no such host, or no network ({})", reason);
    case CURLE_COULDNT_CONNECT:
      return fmt::format("no connection ({})", reason);
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format(
          "the transfer was cut after {} bytes{}", kept,
          transfer.progress.total ? " of " + std::to_string(transfer.progress.total) : "");
    default:
      return *reason ? reason : curl_easy_strerror(code);
  }
}

/// Transfers what is missing of `part`. Returns what went wrong, or an empty text.
std::string transfer_rest(const std::string& url, const fs::path& path,
                          const FetchOptions& options) {
  Output part(path, O_APPEND | (fs::exists(fs::symlink_status(path)) ? 0 : O_CREAT | O_EXCL));
  struct stat opened {};
  if (::fstat(part.fd(), &opened) != 0 || !S_ISREG(opened.st_mode) || opened.st_nlink != 1) {
    throw Error(ErrorCode::io, path.string() + " is not the part that was downloaded",
                "remove it, or choose another folder with -o");
  }
  if (::flock(part.fd(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw Error(ErrorCode::io, "another process is downloading " + path.string(),
                "wait for it, or choose another folder with -o");
  }
  for (;;) {
    const std::uint64_t start = fs::is_regular_file(path) ? fs::file_size(path) : 0;
    Transfer transfer{part, start, {url, start, 0}, options};
    char reason[CURL_ERROR_SIZE] = "";
    const Curl curl = prepare(url, transfer, reason);
    const CURLcode code = curl_easy_perform(curl.get());
    if (transfer.write_error) fail_to_write(path, transfer.write_error);
    if (code == CURLE_RANGE_ERROR && start > 0 && ::ftruncate(part.fd(), 0) == 0) {
      continue;  // this server cannot resume: from the beginning, then
    }
    return explain(curl.get(), code, reason, transfer);
  }
}

/// Unpacks a complete part to its final name. Returns what is wrong with it, or an empty text.
std::string install(const DataFile& file, const fs::path& part, bool packed,
                    const fs::path& target) {
  TemporaryFile temporary{fmt::format("{}.tmp-{}", target.string(), ::getpid())};
  ::unlink(temporary.path.c_str());  // whatever it is: nothing is written through a link
  Output out(temporary.path, O_CREAT | O_EXCL);
  Sha256 hash;
  const auto take = [&](std::string_view bytes) {
    hash.update(bytes);
    if (const int reason = out.write(bytes)) fail_to_write(target, reason);
  };
  try {
    packed ? gunzip(part, take) : each_piece(part, take);
  } catch (const Error& e) {
    if (e.code() != ErrorCode::data) throw;
    return "what came is not the file: " + e.message();
  }
  if (const std::string got = hash.hex(); got != file.sha256) {
    return fmt::format("wrong checksum: SHA-256 expected {}, got {}", file.sha256, got);
  }
  if (::fsync(out.fd()) != 0) fail_to_write(target, errno);
  std::error_code problem;
  fs::rename(temporary.path, target, problem);
  if (problem) fail_to_write(target, problem.value());
  temporary.keep = true;
  return {};
}

constexpr const char* notes_name = ".glia-downloads.json";
constexpr std::uint64_t most_notes = 1 << 20;

/// What has to stay for a file to be the one that was downloaded.
nlohmann::json state_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
  return {{"bytes", info.st_size},
          {"changed",
           std::to_string(info.st_mtim.tv_sec) + '.' + std::to_string(info.st_mtim.tv_nsec)}};
}

nlohmann::json notes_in(const fs::path& folder) {
  try {
    auto notes = read_json(read_file(folder / notes_name, most_notes));
    if (notes.is_object()) return notes;
  } catch (const std::exception&) {  // none, or none of ours: then no file is ours either
  }
  return nlohmann::json::object();
}

void note_download(const DataFile& file, const fs::path& folder) {
  auto notes = notes_in(folder);
  notes[file.name] = state_of(folder / file.name);
  write_file(folder / notes_name, json_text(notes, 2) + '\n');
}

/// Removes a part without a byte in it: nothing to resume.
struct EmptyPart {
  const fs::path& path;
  ~EmptyPart() {
    std::error_code ignored;
    if (fs::is_empty(path, ignored) && !ignored) fs::remove(path, ignored);
  }
};

/// One mirror, complete: transfer, check, install. Returns what went wrong, or an empty text.
std::string fetch_from(const std::string& url, const DataFile& file, const fs::path& folder,
                       const FetchOptions& options) {
  const fs::path part = part_path(file, folder, url).value_or(new_part(file, folder, url));
  const EmptyPart cleaner{part};
  for (;;) {
    std::error_code ignored;
    const bool resumed = fs::is_regular_file(part, ignored) && fs::file_size(part, ignored) > 0;
    if (std::string wrong = transfer_rest(url, part, options); !wrong.empty()) return wrong;
    const std::string wrong = install(file, part, url.ends_with(".gz"), folder / file.name);
    fs::remove(part, ignored);
    // The file may have changed on the server between the two halves: once more, as a whole.
    if (wrong.empty()) note_download(file, folder);
    if (wrong.empty() || !resumed) return wrong;
  }
}

/// The parts of `file` that cut transfers left.
std::vector<fs::path> parts(const DataFile& file, const fs::path& folder) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(file.name + '.') && name.ends_with(".part")) all.push_back(entry.path());
  }
  return all;
}

std::string hint(const DataFile& file, const fs::path& folder) {
  if (!parts(file, folder).empty()) {
    return "what came so far is kept: run the same command again, and it goes on from there";
  }
  return fmt::format(
      "set GLIA_DATA_MIRROR to a server that has {}.gz, or put that file into {} yourself",
      file.name, folder.string());
}

}  // namespace

std::vector<std::string> fetch_urls(const DataFile& file, const std::string& set) {
  std::vector<std::string> urls;
  if (std::string base = value_of(variables::data_mirror); !base.empty()) {
    while (base.ends_with('/')) base.pop_back();
    urls.push_back(fmt::format("{}/{}/{}.gz", base, set, file.name));
    urls.push_back(fmt::format("{}/{}.gz", base, file.name));
  }
  urls.insert(urls.end(), file.urls.begin(), file.urls.end());
  return urls;
}

std::optional<fs::path> foreign_file(const DataFile& file, const fs::path& folder) {
  const auto notes = notes_in(folder);
  for (const auto& name : {file.name, file.name + ".gz"}) {
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(folder / name, ignored))) continue;
    const auto note = notes.find(name);
    if (note == notes.end() || note->is_null() || *note != state_of(folder / name)) {
      return folder / name;
    }
  }
  return std::nullopt;
}

bool is_present(const DataFile& file, const fs::path& folder) {
  const fs::path path = data_path(folder.string(), file.name);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  if (path.extension() != ".gz") return sha256_of_file(path.string()) == file.sha256;
  try {
    Sha256 hash;
    gunzip(path, [&](std::string_view bytes) { hash.update(bytes); });
    return hash.hex() == file.sha256;
  } catch (const Error& e) {
    if (e.code() != ErrorCode::data) throw;
    return false;
  }
}

void fetch(const DataFile& file, const fs::path& folder, const FetchOptions& options) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    refuse_folder(ErrorCode::io, folder, problem, "choose another folder with -o");
  }
  if (fs::is_directory(folder / file.name, problem)) {
    throw Error(ErrorCode::io,
                (folder / file.name).string() + " is a directory, where the file should go",
                "remove it, or choose another folder with -o");
  }
  std::string answers;
  const auto urls = fetch_urls(file, options.set);
  for (const auto& url : urls) {
    const std::string wrong = fetch_from(url, file, folder, options);
    if (wrong.empty()) {
      for (const auto& part : parts(file, folder)) fs::remove(part, problem);
      return;
    }
    answers += fmt::format("\n  {}: {}", url, wrong);
    if (options.note && &url != &urls.back()) {
      options.note(fmt::format("{}: {}; trying another mirror", url, wrong));
    }
  }
  throw Error(ErrorCode::data, fmt::format("cannot get {}{}", file.name, answers),
              hint(file, folder));
}

}  // namespace glia
