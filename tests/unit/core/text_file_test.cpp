// SPDX-License-Identifier: MIT
#include "core/text_file.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

#include <string>

using Catch::Matchers::Contains;

namespace {

std::string told_of(const std::filesystem::path& file, std::uint64_t limit = glia::most_text) {
  try {
    glia::read_text_file(file, limit);
  } catch (const glia::Error& e) {
    return e.message();
  }
  return "read";
}

long most_memory() {  // KiB
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

}  // namespace

TEST_CASE("A text is read whole, and what is none is refused at its first byte that says so") {
  const TempFolder folder;
  const auto file = folder / "text";
  const std::string text(200'000, 'x');
  glia::write_file(file, text);
  CHECK(glia::read_text_file(file) == text);
  CHECK(glia::read_text_file(file, text.size()) == text);
  CHECK_THAT(told_of(file, text.size() - 1), Contains("more than the 199999 bytes"));
  glia::write_file(file, text + '\0');
  CHECK_THAT(told_of(file), Contains("its byte 200000 is zero"));
  glia::write_file(file, "");
  CHECK(glia::read_text_file(file).empty());
  CHECK_THAT(told_of(folder / "nothing"), Contains("No such file"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(told_of(folder / "pipe"), Contains("named pipe"));
}

TEST_CASE("A file of zeros costs neither its size in memory nor the time to read it") {
  const TempFolder folder;
  glia::write_file(folder / "zeros", "{");
  std::filesystem::resize_file(folder / "zeros", std::uintmax_t{3} << 30);
  const long before = most_memory();
  CHECK_THAT(told_of(folder / "zeros", glia::most_results), Contains("its byte 1 is zero"));
  CHECK(most_memory() - before < 100 << 10);
}
