// SPDX-License-Identifier: MIT
// What a run has left is its own and whole, or it is said; and nothing takes the place of what was given.
#include "support.hpp"

namespace {

std::string table(int step) {
  std::string text = "a,b,kind\n";
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i % 7) + ',' + std::to_string(step * i % 11) + ',' +
            (i % 2 ? "ant" : "bee") + '\n';
  }
  return text;
}

const std::string of_tables =
    table_pipeline("train_file = \"t.csv\"\ntest_file = \"u.csv\"\ntarget = \"kind\"\n",
                   "epochs = 2, learning_rate = 1e-2");

struct Desk : Workplace {
  Desk() : Workplace(of_tables) {
    write("t.csv", table(1));
    write("u.csv", table(3));
    run("one", "pipeline.seed=1");
  }
  void run(const std::string& name, const std::string& setting) const {
    const Outcome done = glia({"run", "small.toml", "-q", "-o", name, setting});
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  void refuses(const std::vector<std::string>& words, int code, const std::string& what) const {
    const Outcome told = glia(words);
    INFO(words[0] << ": " << told.err << told.out);
    CHECK(told.code == code);
    CHECK(told.err.find(what) != std::string::npos);
  }
};

}  // namespace

TEST_CASE("a changed resolved.toml is refused by whoever uses the run") {
  const Desk here;
  here.write("one/resolved.toml",
             with(here.read("one/resolved.toml"), "divide_by = 1.0", "divide_by = 2.0"));
  const std::string changed = "resolved.toml: was changed since the run was made";
  here.refuses({"evaluate", "one"}, 1, changed);
  here.refuses({"predict", "one", "u.csv"}, 1, changed);
  here.refuses({"export", "one", "-o", "m.onnx"}, 1, changed);
  here.refuses({"compile", "one", "-o", "m"}, 1, changed);
  CHECK_FALSE(fs::exists(here / "m.onnx"));
}

TEST_CASE("a checkpoint of another run is refused, whole as it is") {
  const Desk here;
  here.run("two", "pipeline.seed=2");
  fs::copy_file(here / "two/checkpoints/h.safetensors", here / "one/checkpoints/h.safetensors",
                fs::copy_options::overwrite_existing);
  const std::string foreign = "h.safetensors is of another run";
  here.refuses({"evaluate", "one"}, 1, foreign);
  here.refuses({"predict", "one", "u.csv"}, 1, foreign);
  here.refuses({"export", "one", "-o", "m.onnx"}, 1, foreign);
  fs::remove(here / "two/plan.json");  // as trials that a sweep keeps
  here.refuses({"evaluate", "two"}, 0, "");
}

TEST_CASE("a plan that was changed says nothing of a checkpoint, and is told") {
  const Desk here;
  here.write("one/plan.json",
             with(here.read("one/plan.json"), "train.epochs = 2", "train.epochs = 3"));
  here.refuses({"evaluate", "one"}, 1, "plan.json");
}

TEST_CASE("data that are not what they were are told, and where they lie does not matter") {
  const Desk here;
  const Outcome same = here.glia({"evaluate", "one"});
  REQUIRE(same.code == 0);
  CHECK(same.err.find("its files are not") == std::string::npos);
  here.write("u.csv", table(5));
  here.refuses({"evaluate", "one"}, 0, "data set 'd': its files are not what they were");
  here.write("v.csv", table(5));
  const Outcome meant = here.glia({"evaluate", "one", "dataset.d.test_file=v.csv"});
  CHECK(meant.code == 0);
  CHECK(meant.err.find("its files are not") == std::string::npos);
}

TEST_CASE("answers do not take the place of samples or of the run's data") {
  const Desk here;
  here.write("new.csv", "a,b\n1,2\n");
  const std::string before = here.read("u.csv");
  here.refuses({"predict", "one", "new.csv", "-o", "new.csv"}, 2,
               "new.csv is the file of the samples");
  here.refuses({"predict", "one", "new.csv", "-o", "./u.csv"}, 2,
               "./u.csv is a file of the run's data set 'd'");
  CHECK(here.read("new.csv") == "a,b\n1,2\n");
  CHECK(here.read("u.csv") == before);
  here.refuses({"predict", "one", "new.csv", "-o", "answers.csv"}, 0, "1 samples");
  here.refuses({"predict", "one", "new.csv", "-o", "answers.csv"}, 0, "1 samples");
}

TEST_CASE("a run is compiled by its name under runs/") {
  const Desk here;
  fs::create_directory(here / "runs");
  fs::rename(here / "one", here / "runs/one");
  const Outcome done = here.glia({"compile", "one", "-o", "m"});
  INFO(done.err);
  CHECK(done.err.find("there is no network") == std::string::npos);
}
