// SPDX-License-Identifier: MIT
#include "core/fetch.hpp"

#include "catch.hpp"
#include "core/hash.hpp"
#include "local_server.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <sys/resource.h>

#include <csignal>
#include <set>

namespace {

namespace fs = std::filesystem;
using glia::DataFile;

/// Bytes that do not compress.
std::string noise(std::size_t size) {
  glia::RandomStream stream(1, "noise", 0);
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(stream.below(256));
  return bytes;
}

const std::string content = noise(200000);
const std::string packed = gzipped(content);
const std::string right = glia::sha256_hex(content);

DataFile file(std::vector<std::string> urls) { return {"images", right, std::move(urls)}; }

/// The whole text of the error; starts with "data: " or "io: ".
std::string complaint(const DataFile& what, const fs::path& folder) {
  try {
    glia::fetch(what, folder, {"set"});
  } catch (const glia::Error& e) {
    const bool data = e.code() == glia::ErrorCode::data, io = e.code() == glia::ErrorCode::io;
    return (data ? "data: " : io ? "io: " : "another kind: ") + std::string(e.what());
  }
  return "no error";
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  names.erase(".glia-downloads.json");  // what glia keeps of its own downloads
  return names;
}

/// The part of this URL that lies there; its name is by chance.
std::string part_name(const fs::path& folder, const std::string& url) {
  return glia::part_path(file({}), folder, url).value_or("none").filename();
}

std::string own_way(const fs::path& folder) {
  return "\n  hint: set GLIA_DATA_MIRROR to a server that has images.gz, or put that file into " +
         folder.string() + " yourself";
}

const std::string resumable =
    "\n  hint: what came so far is kept: run the same command again, and it goes on from there";

/// Files of this process may not grow beyond `bytes`: a disk that is full, without being root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("a good mirror: packed and plain files, with progress") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", packed);
  glia::write_file(server.root() / "a", content);
  for (const auto* name : {"/a.gz", "/a"}) {
    const fs::path folder = to / "made" / "on demand";
    std::vector<glia::FetchProgress> seen;
    glia::FetchOptions options{"set"};
    options.progress = [&](const glia::FetchProgress& p) { seen.push_back(p); };
    const DataFile wanted = file({server.url(name)});
    CHECK_FALSE(glia::is_present(wanted, folder));
    glia::fetch(wanted, folder, options);
    CHECK(glia::is_present(wanted, folder));
    CHECK(glia::read_file(folder / "images") == content);
    CHECK(names_in(folder) == std::set<std::string>{"images"});
    REQUIRE_FALSE(seen.empty());
    CHECK(seen.back().url == server.url(name));
    CHECK(seen.back().total == (std::string(name) == "/a" ? content : packed).size());
    CHECK(seen.back().done == seen.back().total);
    fs::remove_all(folder);
  }
}

TEST_CASE("a wrong checksum: the next mirror is asked, the bad file is gone") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "wrong.gz", gzipped("something else"));
  glia::write_file(server.root() / "page.gz", "<html>log in first</html>");
  glia::write_file(server.root() / "good.gz", packed);
  const auto wrong = server.url("/wrong.gz"), page = server.url("/page.gz");
  const std::string first = wrong + ": wrong checksum: SHA-256 expected " + right + ", got " +
                            glia::sha256_hex("something else");
  const std::string said = complaint(file({wrong, page}), to.path());
  CHECK(said.starts_with("data: cannot get images\n  " + first + "\n  " + page +
                         ": what came is not the file: " + (to / "images.").string()));
  CHECK(said.ends_with(".part is not a gzip file" + own_way(to.path())));
  CHECK(names_in(to.path()).empty());

  std::vector<std::string> notes;
  glia::FetchOptions options{"set"};
  options.note = [&](const std::string& text) { notes.push_back(text); };
  glia::fetch(file({wrong, server.url("/good.gz")}), to.path(), options);
  CHECK(notes == std::vector<std::string>{first + "; trying another mirror"});
  CHECK(glia::read_file(to / "images") == content);
  CHECK(names_in(to.path()) == std::set<std::string>{"images"});
}

TEST_CASE("a cut transfer keeps what came, and the next one asks for the rest only") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", packed);
  const std::string url = server.url("/cut/150000/a.gz");
  CHECK(complaint(file({url}), to.path()) == "data: cannot get images\n  " + url +
                                                 ": the transfer was cut after 150000 bytes of " +
                                                 std::to_string(packed.size()) + resumable);
  CHECK(names_in(to.path()) == std::set<std::string>{part_name(to.path(), url)});
  CHECK(fs::file_size(to / part_name(to.path(), url)) == 150000);

  glia::fetch(file({url}), to.path(), {"set"});
  CHECK(server.log() == "/cut/150000/a.gz -\n/cut/150000/a.gz bytes=150000-\n");
  CHECK(glia::read_file(to / "images") == content);
  CHECK(names_in(to.path()) == std::set<std::string>{"images"});
}

TEST_CASE("a cut transfer and a good second mirror: nothing is left of the first") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", packed);
  glia::fetch(file({server.url("/cut/1000/a.gz"), server.url("/a.gz")}), to.path(), {"set"});
  CHECK(glia::read_file(to / "images") == content);
  CHECK(names_in(to.path()) == std::set<std::string>{"images"});
}

TEST_CASE("a server that cannot resume sends the whole file again") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", packed);
  const std::string url = server.url("/no-ranges/5000/a.gz");
  CHECK(complaint(file({url}), to.path()).find("was cut after 5000 bytes") != std::string::npos);
  glia::fetch(file({url}), to.path(), {"set"});
  CHECK(glia::read_file(to / "images") == content);
}

TEST_CASE("a file that changed between the two halves is fetched again as a whole") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", gzipped({content.rbegin(), content.rend()}));
  const std::string url = server.url("/cut/20000/a.gz");
  CHECK(complaint(file({url}), to.path()).find("was cut after 20000 bytes") != std::string::npos);
  glia::write_file(server.root() / "a.gz", packed);
  // The whole file is cut again by this mirror; what is kept now is a piece of the new file.
  CHECK(complaint(file({url}), to.path()).find("was cut after 20000 bytes") != std::string::npos);
  CHECK(glia::read_file(to / part_name(to.path(), url)) == packed.substr(0, 20000));
  glia::fetch(file({url}), to.path(), {"set"});
  CHECK(glia::read_file(to / "images") == content);
}

TEST_CASE("disk full during the transfer: what fits is kept and resumed later") {
  LocalServer server;
  TempFolder to;
  glia::write_file(server.root() / "a.gz", packed);
  const std::string url = server.url("/a.gz");
  const std::string hint =
      "\n  hint: make room or choose another folder with -o; what was downloaded is kept, and the "
      "same command goes on from there";
  std::string text;
  {
    const FileSizeLimit limit(70000);
    text = complaint(file({url}), to.path());
  }
  const std::string part = (to / part_name(to.path(), url)).string();
  CHECK(text == "io: cannot write " + part + ": File too large" + hint);
  CHECK(names_in(to.path()) == std::set<std::string>{part_name(to.path(), url)});
  CHECK(fs::file_size(part) == 70000);
  glia::fetch(file({url}), to.path(), {"set"});
  CHECK(server.log() == "/a.gz -\n/a.gz bytes=70000-\n");
  CHECK(glia::read_file(to / "images") == content);
}

TEST_CASE("a download writes through no link that lies where its part would go on") {
  LocalServer server;
  TempFolder to, mine;
  glia::write_file(server.root() / "a.gz", packed);
  const std::string url = server.url("/cut/20000/a.gz");
  CHECK(complaint(file({url}), to.path()).find("was cut after 20000 bytes") != std::string::npos);
  const fs::path part = to / part_name(to.path(), url);
  const auto lay = [&](bool symbolic) {
    fs::remove(part);
    glia::write_file(mine / "file", "keep me");
    symbolic ? fs::create_symlink(mine / "file", part) : fs::create_hard_link(mine / "file", part);
  };
  for (const bool symbolic : {true, false}) {
    lay(symbolic);
    CHECK_FALSE(glia::part_path(file({}), to.path(), url));
    glia::fetch(file({server.url("/a.gz"), url}), to.path(), {"set"});
    CHECK(glia::read_file(mine / "file") == "keep me");
    CHECK(glia::read_file(to / "images") == content);
    lay(symbolic);
    CHECK(complaint(file({url}), to.path()).find("was cut after") != std::string::npos);
    CHECK(glia::read_file(mine / "file") == "keep me");
    for (const auto& name : names_in(to.path())) fs::remove(to / name);
  }
}

TEST_CASE("disk full while unpacking: the packed file is kept, the rest removed") {
  LocalServer server;
  TempFolder to;
  const std::string zeros(3000000, '\0');
  const DataFile wanted{"images", glia::sha256_hex(zeros), {server.url("/z.gz")}};
  glia::write_file(server.root() / "z.gz", gzipped(zeros));
  std::string text;
  {
    const FileSizeLimit limit(1000000);
    text = complaint(wanted, to.path());
  }
  CHECK(text.find("io: cannot write " + (to / "images").string() + ": File too large") == 0);
  CHECK(names_in(to.path()) == std::set<std::string>{part_name(to.path(), wanted.urls[0])});
  glia::fetch(wanted, to.path(), {"set"});
  CHECK(glia::read_file(to / "images") == zeros);
  CHECK(names_in(to.path()) == std::set<std::string>{"images"});
  // The second run had all bytes already; the server said so.
  const auto size = std::to_string(fs::file_size(server.root() / "z.gz"));
  CHECK(server.log() == "/z.gz -\n/z.gz bytes=" + size + "-\n");
}

TEST_CASE("HTTP errors, no server, no such host: one line per mirror") {
  LocalServer server;
  TempFolder to;
  const auto missing = server.url("/nothing.gz"), broken = server.url("/status/503/a.gz");
  CHECK(complaint(file({missing, broken}), to.path()) ==
        "data: cannot get images\n  " + missing +
            ": the server answers with HTTP status 404 (not found)\n  " + broken +
            ": the server answers with HTTP status 503" + own_way(to.path()));
  server.stop();
  const std::string nobody = "http://glia.invalid/a.gz";
  const std::string text = complaint(file({missing, nobody}), to.path());
  CHECK(text.find(missing + ": no connection (") != std::string::npos);
  CHECK(text.find(nobody + ": no such host, or no network (") != std::string::npos);
  CHECK(names_in(to.path()).empty());
  CHECK(complaint(file({}), to.path()) == "data: cannot get images" + own_way(to.path()));
}

TEST_CASE("folders that cannot take the file") {
  TempFolder to;
  glia::write_file(to / "file", "x");
  const std::string under_file = (to / "file" / "sub").string();
  CHECK(complaint(file({"http://127.0.0.1:1/a"}), under_file) ==
        "io: cannot make the folder " + under_file +
            ": Not a directory\n  hint: choose another folder with -o");
  fs::create_directory(to / "images");
  CHECK(complaint(file({"http://127.0.0.1:1/a"}), to.path()) ==
        "io: " + (to / "images").string() +
            " is a directory, where the file should go\n  hint: remove it, or choose another "
            "folder with -o");
}

TEST_CASE("GLIA_DATA_MIRROR comes before the mirrors of the file") {
  setenv("GLIA_DATA_MIRROR", "http://127.0.0.1:8000/", 1);
  const auto with = glia::fetch_urls(file({"https://example.org/images.gz"}), "set");
  unsetenv("GLIA_DATA_MIRROR");
  CHECK(with == std::vector<std::string>{"http://127.0.0.1:8000/set/images.gz",
                                         "http://127.0.0.1:8000/images.gz",
                                         "https://example.org/images.gz"});
  CHECK(glia::fetch_urls(file({"https://example.org/images.gz"}), "set") ==
        std::vector<std::string>{"https://example.org/images.gz"});
}

TEST_CASE("a file counts as present only with the right bytes") {
  TempFolder folder;
  CHECK_FALSE(glia::is_present(file({}), folder.path()));
  glia::write_file(folder / "images.gz", packed);
  CHECK(glia::is_present(file({}), folder.path()));
  glia::write_file(folder / "images.gz", packed.substr(0, 1000));
  CHECK_FALSE(glia::is_present(file({}), folder.path()));
  glia::write_file(folder / "images", content + "x");
  CHECK_FALSE(glia::is_present(file({}), folder.path()));
  glia::write_file(folder / "images", content);
  CHECK(glia::is_present(file({}), folder.path()));
}
