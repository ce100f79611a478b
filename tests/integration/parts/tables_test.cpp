// SPDX-License-Identifier: MIT
// Data sets in CSV files and in folders of pictures.
#include "catch.hpp"
#include "core/files.hpp"
#include "support.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/remarks.hpp>

#include <png.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

namespace {

namespace fs = std::filesystem;
using glia::Split;
using Texts = std::vector<std::string>;

struct Samples {
  std::vector<float> inputs, values;
  std::vector<std::int64_t> labels;
};

Samples read(const glia::Dataset& set, Split split) {
  const auto spec = set.spec();
  const auto n = static_cast<std::size_t>(set.size(split));
  std::vector<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  Samples all;
  all.inputs.resize(n * static_cast<std::size_t>(spec.features()));
  all.labels.resize(spec.classes > 0 ? n : 0);
  all.values.resize(spec.classes > 0 ? 0 : n);
  set.read(split, order, all.inputs, all.labels, all.values);
  return all;
}

class Folder {
 public:
  void put(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    glia::write_file(folder_ / name, text);
  }
  void png(const std::string& name, std::uint32_t height, std::uint32_t width,
           const std::vector<std::uint8_t>& grey) const {
    fs::create_directories((folder_ / name).parent_path());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.height = height;
    image.width = width;
    image.format = PNG_FORMAT_GRAY;
    REQUIRE(png_image_write_to_file(&image, path(name).c_str(), 0, grey.data(), 0, nullptr));
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::unique_ptr<glia::Dataset> csv(glia::ValueMap extra = {}) const {
    glia::ValueMap values = std::move(extra);
    values.merge(glia::ValueMap{{"train_file", path("a.csv")},
                                {"test_file", path("b.csv")},
                                {"target", std::string("kind")}});
    return parts::dataset("csv", values);
  }
  std::unique_ptr<glia::Dataset> images() const {
    return parts::dataset("images",
                          {{"train_folder", path("train")}, {"test_folder", path("test")}});
  }

  /// What is wrong, without the folder's name.
  std::string complaint(const std::unique_ptr<glia::Dataset>& set) const {
    std::string text = parts::complaint([&] { set->open(); });
    const std::string folder = folder_.path().string() + '/';
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  /// Of a changed test file.
  std::string complaint_of(const std::string& text, glia::ValueMap extra = {}) const {
    put("b.csv", text);
    return complaint(csv(std::move(extra)));
  }

 private:
  TempFolder folder_;
};

struct Flowers : Folder {
  Flowers() {
    put("a.csv",
        "id,long,wide,kind\nf1,0.1,2,rose\nf2,\"3.5\",-4e-2,\"elder, red\"\nf3,5,6,rose\n");
    put("b.csv", "kind,wide,long\nrose,0.3,7\n");
  }
};

const glia::ValueMap no_id{{"ignore", Texts{"id"}}};

}  // namespace

TEST_CASE("CSV: columns go by name, classes are texts, numbers are exact") {
  const Flowers files;
  const auto set = files.csv(no_id);
  const auto spec = set->spec();
  CHECK(spec.shape == std::vector<std::int64_t>{2});
  CHECK(spec.class_names == Texts{"elder, red", "rose"});
  CHECK(spec.classes == 2);
  set->open();
  const Samples train = read(*set, Split::train), test = read(*set, Split::test);
  CHECK(train.inputs == std::vector<float>{0.1F, 2, 3.5F, -4e-2F, 5, 6});
  CHECK(train.labels == std::vector<std::int64_t>{1, 0, 1});
  CHECK(test.inputs == std::vector<float>{7, 0.3F});  // long before wide, as in a.csv
  CHECK(test.labels == std::vector<std::int64_t>{1});
  CHECK_FALSE(set->identity().empty());
}

TEST_CASE("CSV: chosen columns, patterns, given classes, shape, another separator") {
  Folder files;
  files.put("a.csv", "p0;p1;p10;q[0];kind\n0;51;102;9;7\n255;0;0;9;10\n");
  files.put("b.csv", "p0;p1;p10;q[0];kind\n1;2;3;4;10\n");
  const auto set = files.csv({{"separator", std::string("semicolon")},
                              {"inputs", Texts{"q[0]", "p?", "p1*"}},
                              {"divide_by", 255.0},
                              {"shape", std::vector<std::int64_t>{2, 2}}});
  CHECK(set->spec().class_names == Texts{"7", "10"});  // as numbers, not as texts
  CHECK(set->spec().shape == std::vector<std::int64_t>{2, 2});
  set->open();
  CHECK(read(*set, Split::train).inputs ==
        std::vector<float>{9 / 255.F, 0, 0.2F, 0.4F, 9 / 255.F, 1, 0, 0});
  const auto given =
      files.csv({{"separator", std::string("semicolon")}, {"classes", Texts{"10", "8", "7"}}});
  CHECK(given->spec().classes == 3);
  given->open();
  CHECK(read(*given, Split::train).labels == std::vector<std::int64_t>{2, 0});
}

TEST_CASE("CSV: without header columns are numbered; a target may be a value") {
  Folder files;
  files.put("a.csv", "1,2,0.5\n3,4,1.25\n");
  files.put("b.csv", "5,6,2\n");
  const auto set = files.csv(
      {{"header", false}, {"target", std::string("3")}, {"target_is", std::string("value")}});
  CHECK(set->spec().classes == 0);
  CHECK(set->spec().target_width == 1);
  set->open();
  CHECK(read(*set, Split::train).inputs == std::vector<float>{1, 2, 3, 4});
  CHECK(read(*set, Split::train).values == std::vector<float>{0.5F, 1.25F});
  CHECK(read(*set, Split::test).values == std::vector<float>{2});
  const auto headed = files.csv({{"target", std::string("3")}});
  CHECK(files.complaint(headed).find("a.csv:1: the first line holds numbers alone") == 0);
  const auto classed = files.csv({{"header", false}, {"target", std::string("3")}});
  CHECK(files.complaint(classed).find("a.csv:1: column '3': '0.5' looks like a value") == 0);
}

TEST_CASE("CSV: every mistake has its file, line and column") {
  const Flowers files;
  const auto says = [&](const std::string& text, const std::string& wanted) {
    const std::string found = files.complaint_of(text, no_id);
    INFO(found);
    CHECK(found.find(wanted) == 0);
  };
  says("kind,wide,long\nrose,1,2\ntulip,1,2\n",
       "b.csv:3: column 'kind': the class 'tulip' is unknown | the classes of a.csv are 'elder, "
       "red', 'rose'");
  says("kind,wide\nrose,1\n",
       "b.csv:1: there is no column 'long' | the columns are 'kind', 'wide'");
  says("kind,wide,long\nrose,1\n",
       "b.csv:2: has 2 columns, the first line has 3 | a column is missing there");
  says("kind,wide,long\nrose,1,2,3\n", "b.csv:2: has 4 columns");
  says("kind,wide,long\n\nrose,1,nan\n", "b.csv:3:8: column 'long': 'nan' is no finite number");
  says("kind,wide,long\nrose,1,x\n", "b.csv:2:8: column 'long': 'x' is no number");
  says("kind,wide,long\nrose,,1\n", "b.csv:2: column 'wide': there is no value");
  says("kind,wide,long\n,1,1\n", "b.csv:2: column 'kind': there is no class");
  says("kind,wide,wide\n", "b.csv:1: two columns are called 'wide'");
  says("kind,wide,long\n", "b.csv: holds no samples");
  says("", "b.csv: holds no lines");
  files.put("b.csv", "kind,wide,long,id\nrose,1,2,f\n");
  const std::string all = files.complaint(files.csv());
  INFO(all);
  CHECK(all.find("a.csv: 3 places cannot be read\n  a.csv:2:1: column 'id': 'f1' is no number\n"
                 "  a.csv:3:1: column 'id': 'f2'") == 0);
  CHECK(all.find(" | columns that are no inputs") != std::string::npos);
  says("Kind,wide,long\n", "b.csv:1: there is no column 'kind' | did you mean 'Kind'?");
  says("kind;wide;long\nrose;1;2\n",
       "b.csv:1: there is no column 'kind' | the first line is one field, with a semicolon in it: "
       "say "
       "separator = \"semicolon\"");
  says("sep=,\nkind,wide,long\n", "b.csv:1: there is no column 'kind' | the first line speaks");
  says("kind,wide,long,,\nrose,1,2,,\n", "b.csv:1: two columns have no name, the second of them");
  says("kind,wide,long\nrose,\"1,5\",2\n",
       "b.csv:2:7: column 'wide': '1,5' is no number | if that is a decimal comma, say decimal = "
       "\"comma\"");
  says("kind,wide,long\nrose,\"1,500\",2\n",
       "b.csv:2:7: column 'wide': '1,500' is no number | if that is a decimal comma, say decimal = "
       "\"comma\"; of thousands, write the number without it");
  says("kind,wide,long\rrose,1,2\r", "b.csv: its lines end in a carriage return alone");
  says("kind,wide,long\nrose,1,2\n", "");
  CHECK(files.complaint(files.csv({{"target", std::string("sort")}}))
            .find("a.csv:1: there is no column 'sort'") == 0);
  CHECK(
      files.complaint(files.csv({{"ignore", Texts{"id"}}, {"shape", std::vector<std::int64_t>{3}}}))
          .find("a.csv has 2 columns of inputs, but 'shape' asks for 3") == 0);
  fs::remove(files.path("b.csv"));
  CHECK(parts::complaint([&] { files.csv(no_id)->spec(); }).find("b.csv: there is no such file") !=
        std::string::npos);
}

TEST_CASE("CSV: up to ten places that cannot be read are told at once, and how many there are") {
  const Flowers files;
  std::string text = "kind,wide,long\nrose,1,2,3\n";
  for (int i = 0; i < 11; ++i) text += "rose,?,1\n";
  const std::string found = files.complaint_of(text, no_id);
  INFO(found);
  CHECK(found.find("b.csv: 12 places cannot be read\n  b.csv:2: has 4 columns") == 0);
  CHECK(found.find("\n  b.csv:11:6: column 'wide': '?' is no number\n  and 2 more") !=
        std::string::npos);
  CHECK(found.find("b.csv:12") == std::string::npos);
}

TEST_CASE("CSV: a part of one file is for testing, of each class alike, whatever the seed") {
  const Folder files;
  std::string text = "kind,x\n";
  for (int i = 0; i < 40; ++i) text += (i % 4 == 0 ? "rare," : "usual,") + std::to_string(i) + '\n';
  files.put("a.csv", text);
  glia::ValueMap part{{"test_file", std::string()}, {"test", 0.2}};
  CHECK(dynamic_cast<glia::Remarks&>(*files.csv(part)).remarks().empty());  // as validate asks
  const auto set = files.csv(part);
  set->open();
  const Samples train = read(*set, Split::train), test = read(*set, Split::test);
  CHECK(std::count(test.labels.begin(), test.labels.end(), 0) == 2);  // of 10 rare ones
  CHECK(std::count(test.labels.begin(), test.labels.end(), 1) == 6);  // of 30
  auto all = train.inputs;
  all.insert(all.end(), test.inputs.begin(), test.inputs.end());
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK(all.size() == 40);
  const auto again = files.csv(part);
  again->open();
  CHECK(read(*again, Split::test).inputs == test.inputs);
  part["test_seed"] = std::int64_t{2};
  const auto other = files.csv(part);
  other->open();
  CHECK(read(*other, Split::test).inputs != test.inputs);

  part["test"] = 0.01;
  CHECK(files.complaint(files.csv(part)).find("leaves none to test with") != std::string::npos);
  glia::ValueMap both{{"train_file", files.path("a.csv")}, {"target", std::string("kind")}};
  const auto& csv = parts::descriptor(glia::PluginKind::dataset, "csv");
  for (const auto& field : csv.fields) both.emplace(field.name, field.default_value);
  CHECK(csv.violations(both).at(0).find("nothing to test on") == 0);
  both["test"] = 0.2;
  CHECK(csv.violations(both).empty());
  both["test_file"] = std::string("b.csv");
  CHECK(csv.violations(both).at(0).find("'test' takes a part") == 0);
}

TEST_CASE("CSV: numbers with a decimal comma, as some spreadsheets write them") {
  const Folder files;
  files.put("a.csv", "kind;wide;long\nx;1,5;-2\ny;0,25;1e3\n");
  files.put("b.csv", "kind;long;wide\ny;3;4,5\n");
  const glia::ValueMap german{{"separator", std::string("semicolon")},
                              {"decimal", std::string("comma")}};
  const auto set = files.csv(german);
  set->open();
  CHECK(read(*set, Split::train).inputs == std::vector<float>{1.5F, -2, 0.25F, 1000});
  CHECK(read(*set, Split::test).inputs == std::vector<float>{4.5F, 3});
  for (const std::string number : {"4.5", "1.234,5", "1,2,3"}) {
    files.put("b.csv", "kind;long;wide\ny;3;" + number + '\n');
    INFO(number);
    CHECK(files.complaint(files.csv(german))
              .find("b.csv:2:5: column 'wide': '" + number + "' is no number") == 0);
  }
}

TEST_CASE("CSV: what is named twice is refused, and numbers that are too great") {
  const Flowers files;
  const auto says = [&](const Texts& inputs, const std::string& wanted) {
    const std::string found = files.complaint(files.csv({{"inputs", inputs}}));
    INFO(found);
    CHECK(found.find(wanted) == 0);
  };
  says({"long", "wide", "long"}, "a.csv:1: 'inputs' names 'long', which it has named before");
  says({"long", "kind"}, "a.csv:1: 'inputs' names 'kind', which is the target");
  says({"l*", "long"}, "a.csv:1: 'inputs' names 'long', which it has named before");
  says({"long", "w*"}, "");
  const std::string ignored =
      files.complaint(files.csv({{"inputs", Texts{"id", "wide"}}, {"ignore", Texts{"id"}}}));
  CHECK(ignored.find("a.csv:1: 'inputs' names 'id', which 'ignore' names too") == 0);
  CHECK(files.complaint_of("kind,wide,long\nrose,1,1e60\n", no_id)
            .find("b.csv:2:8: column 'long': '1e60' is greater than a float32 can be") == 0);
  glia::ValueMap twice{{"test_file", std::string("b.csv")},
                       {"classes", Texts{"rose", "elder, red", "rose"}}};
  const auto& csv = parts::descriptor(glia::PluginKind::dataset, "csv");
  for (const auto& field : csv.fields) twice.emplace(field.name, field.default_value);
  CHECK(csv.violations(twice) == Texts{"'classes' names a class twice"});
}

TEST_CASE("CSV: a column that is called like a pattern is no pattern in the other file") {
  const Folder files;
  files.put("a.csv", "q?,q1,kind\n1,2,x\n3,4,y\n");
  CHECK(files.complaint_of("z,q1,kind\n1,2,x\n").find("b.csv:1: there is no column 'q?'") == 0);
}

TEST_CASE("a folder of PNG pictures per class is a data set") {
  Folder files;
  files.png("train/cat/2.png", 2, 3, {0, 51, 102, 153, 204, 255});
  files.png("train/cat/1.png", 2, 3, {255, 0, 0, 0, 0, 0});
  files.png("train/bird/9.PNG", 2, 3, {0, 0, 0, 0, 0, 51});
  files.png("test/cat/a.png", 2, 3, {0, 0, 51, 0, 0, 0});
  files.put("train/notes.txt", "mine");
  const auto set = files.images();
  CHECK(set->spec().shape == std::vector<std::int64_t>{2, 3});
  CHECK(set->spec().class_names == Texts{"bird", "cat"});
  set->open();
  const Samples train = read(*set, Split::train);
  CHECK(train.labels == std::vector<std::int64_t>{0, 1, 1});
  CHECK(train.inputs == std::vector<float>{0, 0, 0, 0, 0, 0.2F, 1, 0, 0, 0, 0, 0,  //
                                           0, 0.2F, 0.4F, 0.6F, 0.8F, 1});
  CHECK(read(*set, Split::test).labels == std::vector<std::int64_t>{1});
  const std::string before = set->identity();
  CHECK(before.size() == 129);
  files.png("test/cat/a.png", 2, 3, {0, 0, 52, 0, 0, 0});
  CHECK(set->identity() != before);
  files.png("elsewhere/a.png", 2, 3, {0, 0, 53, 0, 0, 0});  // seen through a link, as it is read
  fs::remove_all(files.path("test/cat"));
  fs::create_directory_symlink(files.path("elsewhere"), files.path("test/cat"));
  const std::string linked = set->identity();
  files.png("elsewhere/a.png", 2, 3, {0, 0, 54, 0, 0, 0});
  CHECK(set->identity() != linked);
}

TEST_CASE("folders of pictures: what does not fit is named") {
  Folder files;
  files.png("train/a/1.png", 2, 2, {1, 2, 3, 4});
  files.png("test/a/1.png", 2, 2, {1, 2, 3, 4});
  CHECK(files.complaint(files.images()).find("train holds one folder, expected one for each") == 0);
  files.png("train/b/1.png", 2, 3, {1, 2, 3, 4, 5, 6});
  CHECK(
      files.complaint(files.images())
          .find("train/b/1.png: the picture has 2 x 3 pixels, the first one of train has 2 x 2") ==
      0);
  files.put("train/b/1.png", "no picture");
  CHECK(files.complaint(files.images()).find("train/b/1.png is no PNG picture") == 0);
  files.png("train/b/1.png", 2, 2, {1, 2, 3, 4});
  files.png("test/c/1.png", 2, 2, {1, 2, 3, 4});
  CHECK(files.complaint(files.images()).find("test/c: the class 'c' is unknown") == 0);
  fs::remove_all(files.path("test/c"));
  fs::create_directories(files.path("test/b"));
  CHECK(files.complaint(files.images()).find("test/b: class 'b' has no PNG pictures") == 0);
  fs::remove_all(files.path("test"));
  CHECK(files.complaint(files.images()).find("cannot read the folder test: No such file") == 0);
}

TEST_CASE("Pictures that are passed over are told, with the reason") {
  const Folder files;
  for (const std::string split : {"train", "test"}) {
    for (const std::string name : {"a", "b"}) {
      files.png(split + '/' + name + "/0.png", 1, 2, {0, 255});
    }
  }
  const auto remarks = [&] {
    return dynamic_cast<const glia::Remarks&>(*files.images()).remarks();
  };
  CHECK(remarks().empty());
  files.put("train/a/1.jpg", "\xFF\xD8\xFF");
  files.put("train/b/sub/2.JPEG", "\xFF\xD8\xFF");
  files.put("test/lost.png", "");
  files.put("test/notes.txt", "mine");
  const auto told = remarks();
  REQUIRE(told.size() == 2);
  CHECK(told[0] ==
        files.path("train/a/1.jpg") + " and 1 more are passed over: only PNG pictures are read");
  CHECK(told[1] == files.path("test/lost.png") +
                       " is passed over: pictures count in the folder of their class");
  CHECK(files.complaint(files.images()).empty());
}

TEST_CASE("A picture that is reached in two classes is told") {
  const Folder files;
  for (const std::string split : {"train", "test"}) {
    for (const std::string name : {"a", "b"}) {
      files.png(split + '/' + name + "/0.png", 1, 2, {0, 255});
    }
  }
  fs::create_directory_symlink("../a", files.path("train/b/loop"));
  const auto told = dynamic_cast<const glia::Remarks&>(*files.images()).remarks();
  REQUIRE(told.size() == 1);
  CHECK(told[0] == files.path("train/b/loop/0.png") +
                       " is a picture of class 'a' too: the same file, through a link");
}
