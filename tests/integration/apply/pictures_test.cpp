// SPDX-License-Identifier: MIT
#include "support.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/picture.hpp>

#include <png.h>

namespace {

void write_png(const fs::path& file, const std::string& grey, std::uint32_t side) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = side;
  image.format = PNG_FORMAT_GRAY;
  REQUIRE(png_image_write_to_file(&image, file.c_str(), 0, grey.data(), 0, nullptr));
}

}  // namespace

TEST_CASE("a picture of 16 bits has the greys of one of 8, and a transparent pixel none") {
  const TempFolder folder;
  const std::string grey{'\x00', '\x40', '\x80', '\xff'};
  const auto file = (folder / "p.png").string();
  write_png(file, grey, 2);
  const auto read = [&] {
    std::vector<std::uint8_t> pixels(4);
    glia::read_picture(file, {2, 2}, pixels);
    return std::string(pixels.begin(), pixels.end());
  };
  CHECK(read() == grey);
  const auto draw = [&](const std::string& head, const std::string& rows) {
    const Outcome made = run_command(
        {"python3", "-c",
         "import struct, sys, zlib\n"
         "def chunk(kind, data):\n"
         "  return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind "
         "+ data))\n"
         "head = struct.pack('>IIBBBBB', 2, 2, *eval(sys.argv[2]), 0, 0, 0)\n"
         "open(sys.argv[1], 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) +\n"
         "  chunk(b'IDAT', zlib.compress(bytes(eval(sys.argv[3])))) + chunk(b'IEND', b''))\n",
         file, head, rows});
    INFO(made.err);
    REQUIRE(made.code == 0);
  };
  draw("(16, 0)", "[0, 0,0, 0x40,0x40, 0, 0x80,0x80, 255,255]");
  CHECK(read() == grey);
  draw("(8, 4)", "[0, 0,255, 0x40,255, 0, 0x80,255, 255,255]");
  CHECK(read() == grey);
  draw("(8, 4)", "[0, 0,255, 0x40,255, 0, 0x80,254, 255,255]");
  CHECK_THROWS_WITH(read(), Catch::Matchers::Contains("row 2, column 1 is transparent"));
}

TEST_CASE("a folder of pictures is answered to in the order of their names") {
  const Workplace here;
  bring_run(here);
  const std::string bytes = test_pictures().substr(0, 3 * pixels);
  fs::create_directories(here / "pictures/more");
  write_png(here / "pictures/b.png", bytes.substr(pixels, pixels), 28);
  write_png(here / "pictures/a.png", bytes.substr(0, pixels), 28);
  write_png(here / "pictures/more/c.PNG", bytes.substr(2 * pixels), 28);
  here.write("pictures/notes.txt", "mine");
  here.write("three.npy", npy_of(bytes, "3, 28, 28"));
  const auto answers = [&](const std::string& input) {
    const Outcome told = here.glia({"predict", "run", input, "--head", "astrocytes"});
    INFO(told.err);
    REQUIRE(told.code == 0);
    return fields_of(told.out);
  };
  auto of_pictures = answers("pictures");
  auto of_array = answers("three.npy");
  REQUIRE(of_pictures.size() == 4);
  const std::vector<std::string> names{"a.png", "b.png", "more/c.PNG"};
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(of_pictures[i][0] == names[i - 1]);
    of_pictures[i][0] = of_array[i][0];
    CHECK(of_pictures[i] == of_array[i]);
  }
  CHECK(answers("pictures/b.png").at(1).at(1) == of_array[2][1]);

  write_png(here / "pictures/large.png", std::string(32 * 32, 'x'), 32);
  const Outcome large = here.glia({"predict", "run", "pictures", "--head", "astrocytes"});
  CHECK(large.code == 1);
  CHECK(large.err.find("large.png: the picture has 32 x 32 pixels, but the run takes 28 x 28") !=
        std::string::npos);
  fs::remove(here / "pictures/large.png");
  here.write("pictures/wrong.png", "no picture");
  const Outcome wrong = here.glia({"predict", "run", "pictures", "--head", "astrocytes"});
  CHECK(wrong.code == 1);
  CHECK(wrong.err.find("wrong.png is no PNG picture") != std::string::npos);
}
