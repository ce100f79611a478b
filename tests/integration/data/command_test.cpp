// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/files.hpp"
#include "local_server.hpp"

#include <nlohmann/json.hpp>

#include <sys/wait.h>

namespace {

namespace fs = std::filesystem;

const fs::path fashion = "/usr/share/datasets/fashion-mnist";

struct Result {
  int exit_code;
  std::string out;
  std::string err;
};

/// Runs the program with a data folder of its own. `environment`: "NAME=value ...".
Result glia_data(const TempFolder& folder, const std::string& arguments,
                 const std::string& environment = "") {
  const std::string out = (folder / "stdout").string();
  const std::string err = (folder / "stderr").string();
  const std::string command = "env -u GLIA_DATA_DIR -u GLIA_DATA_MIRROR XDG_DATA_HOME='" +
                              (folder / "home").string() + "' " + environment + " '" +
                              GLIA_BINARY_DIR + "/bin/glia' data " + arguments + " >'" + out +
                              "' 2>'" + err + "'";
  const int status = std::system(command.c_str());
  return {WEXITSTATUS(status), glia::read_file(out), glia::read_file(err)};
}

}  // namespace

TEST_CASE("data list says where each set is, and how to get it") {
  TempFolder folder;
  const Result text = glia_data(folder, "list");
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("mnist\n  MNIST: 70 000 handwritten digits") != std::string::npos);
  CHECK(text.out.find("not found; get it with: glia data get mnist\n") != std::string::npos);
  CHECK(text.out.find("found in " + fashion.string() + "\n") != std::string::npos);

  const auto rows = nlohmann::json::parse(glia_data(folder, "list --json").out);
  std::map<std::string, nlohmann::json> by_id;
  for (const auto& row : rows) by_id[row.at("id")] = row;
  CHECK(by_id.at("fashion").at("found") == fashion.string());
  CHECK(by_id.at("mnist").at("found").is_null());
  CHECK(by_id.at("mnist").at("get") == "glia data get mnist");
}

TEST_CASE("data get downloads a whole set, once") {
  TempFolder folder;
  LocalServer server;
  fs::create_directory_symlink(fashion, server.root() / "fashion-mnist");
  const std::string mirror = "GLIA_DATA_MIRROR=" + server.url("/");
  const fs::path out = folder / "out";
  const std::string command = "get fashion -o '" + out.string() + "'";

  const Result first = glia_data(folder, command, mirror);
  INFO(first.err);
  CHECK(first.exit_code == 0);
  CHECK(first.out == "fashion is now in " + out.string() + "\n");
  CHECK(first.err.find("t10k-images-idx3-ubyte: complete, checksum right\n") != std::string::npos);
  CHECK(first.err.find('\r') == std::string::npos);  // not a terminal: plain lines
  CHECK(fs::file_size(out / "train-images-idx3-ubyte") == 47040016);
  const std::string requests = server.log();
  CHECK(requests.find("/fashion-mnist/train-images-idx3-ubyte.gz -\n") == 0);

  const Result again = glia_data(folder, command, mirror);
  CHECK(again.exit_code == 0);
  CHECK(again.out == "fashion is already in " + out.string() + ", nothing to do\n");
  CHECK(again.err.empty());
  CHECK(server.log() == requests);

  glia::write_file(out / "t10k-labels-idx1-ubyte", "damaged");
  const Result refused = glia_data(folder, command, mirror);
  CHECK(refused.exit_code == 2);
  CHECK(refused.err == "glia: error: " + out.string() +
                           " holds 't10k-labels-idx1-ubyte', which glia did not download, or which "
                           "changed since; nothing is overwritten\n  hint: choose another folder "
                           "with -o DIR, move them away, or replace them: --force\n");
  CHECK(glia::read_file(out / "t10k-labels-idx1-ubyte") == "damaged");
  CHECK(server.log() == requests);
  CHECK(glia_data(folder, command + " --force", mirror).exit_code == 0);
  CHECK(fs::file_size(out / "t10k-labels-idx1-ubyte") == 10008);
  CHECK(server.log() == requests + "/fashion-mnist/t10k-labels-idx1-ubyte.gz -\n");

  // Without -o, the copy that the dataset would use is good enough.
  CHECK(glia_data(folder, "get fashion", mirror).out ==
        "fashion is already in " + fashion.string() + ", nothing to do\n");
}

TEST_CASE("data get: unknown sets and servers that fail") {
  TempFolder folder;
  const Result unknown = glia_data(folder, "get mnits");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err == "glia: error: there is no dataset 'mnits'\n  hint: did you mean 'mnist'?\n");
  LocalServer server;
  const Result missing =
      glia_data(folder, "get mnist", "https_proxy= GLIA_DATA_MIRROR=" + server.url("/status/404"));
  CHECK(missing.exit_code == 1);
  CHECK(missing.err.find("glia: error: cannot get train-images-idx3-ubyte\n  " +
                         server.url("/status/404/mnist/train-images-idx3-ubyte.gz") +
                         ": the server answers with HTTP status 404 (not found)\n") !=
        std::string::npos);
  CHECK(missing.out.empty());
}
