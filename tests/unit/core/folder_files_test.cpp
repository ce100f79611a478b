// SPDX-License-Identifier: MIT
#include "core/folder_files.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

namespace fs = std::filesystem;

TEST_CASE("the files below a folder: through links, sorted, and no longer than links go round") {
  const TempFolder folder;
  fs::create_directories(folder / "data/b");
  fs::create_directories(folder / "elsewhere");
  glia::write_file(folder / "data/b/2", "two");
  glia::write_file(folder / "data/1", "one");
  glia::write_file(folder / "elsewhere/3", "three");
  fs::create_directory_symlink(folder / "elsewhere", folder / "data/c");
  fs::create_directory_symlink(folder / "data", folder / "data/b/round");
  // Out of the folder and into all that lies beside it.
  fs::create_directory_symlink(folder.path(), folder / "data/b/out");

  std::error_code error;
  const auto files = glia::files_below(folder / "data", error);
  CHECK_FALSE(error);
  CHECK(files ==
        std::vector<fs::path>{folder / "data/1", folder / "data/b/2", folder / "data/c/3"});
  CHECK(glia::files_below(folder / "data", error, 1).size() == 2);

  const std::string before = glia::identity_of_files(folder / "data", files);
  glia::write_file(folder / "elsewhere/3", "four!");
  CHECK(glia::identity_of_files(folder / "data", files) != before);

  CHECK(glia::files_below(folder / "nowhere", error).empty());
  CHECK(error == std::errc::no_such_file_or_directory);
}
