// SPDX-License-Identifier: MIT
#include "train/epoch_file.hpp"

#include "core/text.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/error.hpp>

#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace glia::train {
namespace {

namespace fs = std::filesystem;

constexpr const char* epochs_name = "epochs.csv";
constexpr const char* names =
    "stage,head,epoch,epochs,train_loss,metric,validation,test,seconds,samples\n";

std::string key_of(const EpochReport& report) {
  return csv_field(one_line(report.stage)) + ',' + csv_field(one_line(report.head)) + ',' +
         std::to_string(report.epoch) + ',';
}

/// The whole lines of a file, without what a crash may have cut off.
std::string whole_lines(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};
  std::string text;
  try {
    text = read_text_file(file, most_results);
  } catch (const Error&) {  // it is written anew
  }
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  return text.starts_with(names) ? text : "";
}

}  // namespace

EpochFile::EpochFile(fs::path folder, Progress& next, std::chrono::milliseconds patience)
    : folder_(std::move(folder)), next_(next), opens_(std::chrono::steady_clock::now() + patience) {
  std::error_code ignored;
  if (patience.count() == 0 || fs::exists(folder_ / epochs_name, ignored)) open();
}

void EpochFile::open() {
  const fs::path file = folder_ / epochs_name;
  std::error_code unknown;  // then it is made
  if (fs::exists(file, unknown) && !fs::is_regular_file(file, unknown)) {
    throw Error(ErrorCode::io, file.string() + " is no file: it cannot be written",
                "move it away; it is written anew");
  }
  std::string text = whole_lines(file);
  for (std::size_t begin = text.empty() ? 0 : std::string(names).size(); begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    // Ids and numbers hold no commas: the key ends at the third.
    std::size_t comma = begin;
    for (int i = 0; i < 3 && comma != std::string::npos; ++i)
      comma = text.find(',', comma + (i > 0));
    if (comma != std::string::npos && comma < end) {
      written_.insert(text.substr(begin, comma + 1 - begin));
    }
    begin = end + 1;
  }
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  file_.open(file, std::ios::binary | std::ios::trunc);
  file_ << (text.empty() ? names : text) << waiting_ << std::flush;
  waiting_.clear();
}

void EpochFile::epoch(const EpochReport& report) {
  write(report);
  next_.epoch(report);
}

void EpochFile::resumes(const std::vector<EpochReport>& before) {
  for (const auto& report : before) write(report);
  next_.resumes(before);
}

void EpochFile::write(const EpochReport& report) {
  const std::lock_guard lock(mutex_);
  const std::string key = key_of(report);
  if (!written_.insert(key).second) return;
  const auto number = [](const std::optional<double>& value) {
    return value ? shortest(*value) : std::string();
  };
  const bool seconds = report.seconds > 0;
  std::ostringstream line;
  line << key << report.epochs << ',' << shortest(report.train_loss) << ','
       << (report.head.empty() ? "" : report.objective.name) << ','
       << number(report.validation_accuracy) << ',' << number(report.test_accuracy) << ','
       << (seconds ? rounded(report.seconds, 3) : "") << ','
       << (report.samples > 0 ? std::to_string(report.samples) : "") << '\n';
  if (file_.is_open()) {
    file_ << line.str() << std::flush;
    return;
  }
  waiting_ += line.str();
  if (std::chrono::steady_clock::now() >= opens_) open();
}

}  // namespace glia::train
