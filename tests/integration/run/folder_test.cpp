// SPDX-License-Identifier: MIT
// Where results go, and that nothing of anybody's is ever overwritten.
#include "catch.hpp"
#include "support.hpp"

#include <sys/file.h>

TEST_CASE("a folder that exists is refused and left alone") {
  const Workplace place;
  fs::create_directory(place / "mine");
  place.write("mine/notes.txt", "mine");
  place.write("file", "a file");
  for (const std::string name : {"mine", "mine/", "file"}) {
    const Outcome refused = place.glia({"run", "small.toml", "-o", name});
    CHECK(refused.code == 2);
    CHECK(refused.err == "glia: error: " + name.substr(0, 4) +
                             " is there already; runs are never overwritten\n"
                             "  hint: choose a name that is free: glia makes the folder\n");
  }
  CHECK(place.names_in("mine") == "notes.txt");
  CHECK(place.read("mine/notes.txt") == "mine");
  CHECK(place.read("file") == "a file");
}

TEST_CASE("a folder that cannot be made is refused") {
  const Workplace place;
  place.write("file", "a file");
  const Outcome below_file = place.glia({"run", "small.toml", "-o", "file/run"});
  CHECK(below_file.code == 2);
  CHECK(below_file.err ==
        "glia: error: cannot make the folder file/run: Not a directory\n"
        "  hint: choose a writable place with -o DIR\n");
  // Not even the superuser can make a folder here.
  const Outcome unwritable = place.glia({"run", "small.toml", "-o", "/proc/run"});
  CHECK(unwritable.code == 2);
  CHECK(unwritable.err.find("glia: error: cannot make the folder /proc/run: ") == 0);
  CHECK(place.read("file") == "a file");
  fs::create_symlink("nowhere", place / "link");
  CHECK(place.glia({"run", "small.toml", "-o", "link"}).err.find("a link that leads nowhere") !=
        std::string::npos);
  const Outcome long_name = place.glia({"run", "small.toml", "-o", std::string(300, 'x')});
  CHECK(long_name.code == 2);
  CHECK(long_name.err.find("File name too long\n  hint: choose a shorter name\n") !=
        std::string::npos);
}

TEST_CASE("a name that is empty, as of a shell variable that is not set, is no default") {
  const Workplace place;
  const std::vector<std::vector<std::string>> all{{"run", "small.toml", "-o", ""},
                                                  {"run", "small.toml", "--cache-dir", ""},
                                                  {"sweep", "small.toml", "-o", ""},
                                                  {"--plugin-path", "", "validate", "small.toml"}};
  for (const auto& words : all) {
    const Outcome refused = place.glia(words);
    INFO(words[0] << ": " << refused.err);
    CHECK(refused.code == 2);
    CHECK(refused.err.find("has no name") != std::string::npos);
  }
  CHECK(place.names_in(".").find("runs") == std::string::npos);
}

TEST_CASE("without -o, runs are numbered by the file's name") {
  const Workplace place;
  const std::vector<std::string> quick{"run", "small.toml", "encoder.latent.train.epochs=1"};
  const Outcome first = place.glia(quick);
  CHECK(first.code == 0);
  CHECK(first.out.find("\nresults: runs/small-001\n") != std::string::npos);
  CHECK(place.glia(quick).code == 0);
  CHECK(place.names_in("runs") == "small-001 small-002");
  CHECK(place.results("runs/small-002").at("status") == "ok");
  CHECK(place.heads("runs/small-001") == place.heads("runs/small-002"));

  // The newest one is gone on with.
  auto again = quick;
  again.push_back("--resume");
  CHECK(place.glia(again).out.find("\nresults: runs/small-002\n") != std::string::npos);
  CHECK(place.names_in("runs") == "small-001 small-002");
}

TEST_CASE("a slash at the end of the folder's name changes nothing") {
  const Workplace place;
  const Outcome outcome =
      place.glia({"run", "small.toml", "-q", "-o", "new/run/", "encoder.latent.train.epochs=1"});
  INFO(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("\nresults: new/run\n") != std::string::npos);
  CHECK(fs::exists(place / "new/run/results.json"));
}

TEST_CASE("a folder in use is left to the one who uses it") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const int lock = ::open((place / "run/.lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(lock >= 0);
  REQUIRE(::flock(lock, LOCK_EX | LOCK_NB) == 0);
  const Outcome refused = place.glia({"run", "small.toml", "-o", "run", "--resume"});
  ::close(lock);
  CHECK(refused.code == 2);
  CHECK(refused.err == "glia: error: another glia is at work in run\n");
}

TEST_CASE("a log that cannot be written is an error with a name") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  fs::remove(place / "run/log.txt");
  fs::create_directory(place / "run/log.txt");
  const Outcome refused = place.glia({"run", "small.toml", "-o", "run", "--resume"});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("run/log.txt") != std::string::npos);
  CHECK(refused.err.find("is no file, and the log cannot be written there") != std::string::npos);
  CHECK(refused.err.find("internal error") == std::string::npos);
}
