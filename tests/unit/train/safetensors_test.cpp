// SPDX-License-Identifier: MIT
#include "train/safetensors.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>

using namespace glia::train;
using Catch::Matchers::Contains;

namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  std::string text;
  char buffer[256];
  while (std::fgets(buffer, sizeof buffer, pipe.get())) text += buffer;
  return text;
}

/// One of each kind, with an empty, a scalar and a transposed one.
NamedTensors samples() {
  const auto numbers = at::arange(6, at::kDouble).reshape({2, 3});
  return {{"z.double", numbers / 4},
          {"a.transposed", numbers.to(at::kFloat).t()},
          {"long", at::tensor({int64_t{-5}, int64_t{1} << 40}, at::kLong)},
          {"int", at::tensor({-7, 8, 9}, at::kInt)},
          {"byte", at::tensor({1, 200, 3}, at::kByte)},
          {"bool \"quoted\" \xC3\xA9", at::tensor({1, 0, 1}, at::kByte).to(at::kBool)},
          {"empty", at::empty({0, 4}, at::kFloat)},
          {"scalar", at::tensor(2.5, at::kDouble).reshape({})}};
}

std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t size = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &size, 8);
  return bytes + header + data;
}

/// What loading these bytes complains about.
std::string complaint(const TempFolder& folder, const std::string& bytes) {
  const auto path = folder / "bad.safetensors";
  std::ofstream(path, std::ios::binary) << bytes;
  try {
    load_safetensors(path);
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::data);
    CHECK_THAT(e.what(), Contains("bad.safetensors"));
    return e.message();
  }
  return "nothing";
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"w\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets +
         "}}";
}

}  // namespace

TEST_CASE("tensors of every type come back as they were") {
  const TempFolder folder;
  const auto path = folder / "a.safetensors";
  save_safetensors(path, samples(), {{"epoch", "3"}, {"a", "b=\n"}});
  const auto file = load_safetensors(path);
  CHECK(file.metadata == std::map<std::string, std::string>{{"epoch", "3"}, {"a", "b=\n"}});
  const auto expected = samples();
  REQUIRE(file.tensors.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(expected[i].first);
    const auto& [name, tensor] = file.tensors[i];
    CHECK(name == expected[i].first);
    CHECK(tensor.scalar_type() == expected[i].second.scalar_type());
    CHECK(tensor.sizes() == expected[i].second.sizes());
    CHECK(tensor.is_contiguous());
    CHECK(at::equal(tensor, expected[i].second.contiguous()));
  }
}

TEST_CASE("equal tensors give equal bytes, and gradients stay behind") {
  const TempFolder folder;
  const auto weight = at::arange(4, at::kFloat).requires_grad_();
  save_safetensors(folder / "a", {{"w", weight}});
  save_safetensors(folder / "b", {{"w", weight.detach().clone()}});
  CHECK(glia::read_file(folder / "a") == glia::read_file(folder / "b"));
  CHECK_FALSE(load_safetensors(folder / "a").tensors[0].second.requires_grad());
  save_safetensors(folder / "none", {});
  CHECK(load_safetensors(folder / "none").tensors.empty());
}

TEST_CASE("a reader in another language finds the same") {
  const TempFolder folder;
  const auto path = folder / "a.safetensors";
  save_safetensors(path, samples(), {{"epoch", "3"}});
  CHECK(output_of(GLIA_PYTHON " " GLIA_SOURCE_DIR "/tests/unit/train/read_safetensors.py " +
                  path.string()) ==
        "epoch=3\n"
        "z.double F64 2x3 3.75\n"
        "a.transposed F32 3x2 15.0\n"
        "long I64 2 1099511627771.0\n"
        "int I32 3 10.0\n"
        "byte U8 3 204.0\n"
        "bool \"quoted\" \xC3\xA9 BOOL 3 2.0\n"
        "empty F32 0x4 0.0\n"
        "scalar F64 scalar 2.5\n");
}

TEST_CASE("what cannot be saved is refused, and no file is left") {
  const TempFolder folder;
  const auto ones = at::ones({2});
  const auto path = folder / "x";
  const auto refusal = [&](const NamedTensors& tensors) -> std::string {
    try {
      save_safetensors(path, tensors);
    } catch (const glia::Error& e) {
      return e.message();
    }
    return "nothing";
  };
  CHECK(refusal({{"w", ones}, {"w", ones}}) == "cannot save tensor 'w': the name is taken");
  CHECK(refusal({{"__metadata__", ones}}) ==
        "cannot save tensor '__metadata__': the name is taken");
  CHECK(refusal({{"w", at::Tensor()}}) == "cannot save tensor 'w': it is undefined");
  CHECK(refusal({{"w", ones.to(at::kHalf)}}) ==
        "cannot save tensor 'w': type Half is not supported");
  CHECK_THAT(refusal({{"\xFF", ones}}), Contains("UTF-8"));
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(save_safetensors(folder / "no/such/folder", {}), glia::Error);
}

TEST_CASE("a file that is filled later has its room on the disk from the start") {
  const TempFolder folder;
  const auto path = folder.path() / "later";
  create_safetensors(path, {{"x", {1000, 1000}, at::kFloat}, {"y", {3}, at::kLong}});
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK(info.st_size > 4'000'000);
  CHECK(info.st_blocks * 512 >= info.st_size);
  const auto fill = [&](float value) {
    auto file = map_safetensors(path, glia::MappedFile::Writes::reach_file);
    for (auto& [name, tensor] : file.tensors) tensor.fill_(value);
  };
  for (const auto& [name, tensor] : load_safetensors(path).tensors) {
    CHECK_FALSE(tensor.any().item<bool>());
  }
  fill(2);
  for (const auto& [name, tensor] : load_safetensors(path).tensors) {
    CHECK(tensor.eq(2).all().item<bool>());
  }
  CHECK_THROWS_WITH(create_safetensors("/dev/full/x", {{"x", {3}, at::kFloat}}),
                    Contains("cannot write /dev/full/x"));
}

TEST_CASE("a file cut anywhere is refused") {
  const TempFolder folder;
  save_safetensors(folder / "whole", samples(), {{"epoch", "3"}});
  const std::string bytes = glia::read_file(folder / "whole");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size << " of " << bytes.size() << " bytes");
    REQUIRE(complaint(folder, bytes.substr(0, size)) != "nothing");
  }
  CHECK(complaint(folder, bytes) == "nothing");
  CHECK(complaint(folder, bytes + "x") == "1 bytes follow the last tensor");
}

TEST_CASE("flipped bits are refused or change values, but never crash") {
  const TempFolder folder;
  save_safetensors(folder / "whole", samples(), {{"epoch", "3"}});
  const std::string whole = glia::read_file(folder / "whole");
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (int flips = 1 + round % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    }
    refused += complaint(folder, bytes) != "nothing";
  }
  CHECK(refused > 1000);
}

TEST_CASE("each kind of damage has its own message") {
  const TempFolder folder;
  const auto message = [&](const std::string& header, std::size_t bytes = 8) {
    return complaint(folder, file_of(header, std::string(bytes, '\0')));
  };
  REQUIRE(message(entry("F32", "[2]", "[0,8]")) == "nothing");
  CHECK(complaint(folder, "abc") == "the file ends after 3 bytes");
  CHECK(complaint(folder, std::string(8, '\xFF')) ==
        "the header should have 18446744073709551615 bytes; the file has 0 and the limit is "
        "100000000");
  CHECK(complaint(folder, "weights of one") == "this is text, and no safetensors file");
  CHECK(complaint(folder, "gew\xC3\xA4hlt") == "this is text, and no safetensors file");
  CHECK_THAT(message("{\"w\":"), Contains("not valid JSON: it ends too early, in line 1"));
  CHECK_THAT(message("{\"\xFF\":1}"), Contains("not valid JSON"));
  CHECK(message("[]") == "the header is not a JSON object");
  CHECK(message("{\"w\":[[[[]]]]}") == "the header is nested too deeply");
  CHECK(message("{\"w\":1}") == "tensor 'w' is not described by an object");
  CHECK(message("{\"w\":{}}") == "tensor 'w' has no dtype");
  CHECK(message("{\"w\":{},\"w\":{}}") == "the header has 'w' twice");
  CHECK(message("{\"w\":{\"dtype\":1,\"dtype\":2}}") == "the header has 'dtype' twice");
  CHECK(message("{\"__metadata__\":{\"a\":1}}") == "the metadata 'a' is not text");
  CHECK(message("{\"__metadata__\":[]}") == "__metadata__ is not an object");
  CHECK(message(entry("BF16", "[2]", "[0,4]")) == "tensor 'w' is BF16, which glia does not read");
  CHECK(message(entry("F31", "[2]", "[0,8]")) == "tensor 'w' has an unknown dtype: \"F31\"");
  CHECK(message(entry("F32", "2", "[0,8]")) == "tensor 'w' has a shape that is not a list");
  CHECK(message(entry("F32", "[-2]", "[0,8]")) == "tensor 'w' has a bad size in its shape: -2");
  CHECK(message(entry("F32", "[2.0]", "[0,8]")) == "tensor 'w' has a bad size in its shape: 2.0");
  CHECK_THAT(message(entry("F32", "[4294967296,4294967296]", "[0,8]")), Contains("too large"));
  CHECK_THAT(message(entry("F32", "[0,9223372036854775807]", "[0,0]"), 0), Contains("too large"));
  CHECK_THAT(message(entry("F32", "[18446744073709551615]", "[0,8]")), Contains("too large"));
  CHECK(message(entry("F32", "[3]", "[0,8]")) ==
        "tensor 'w' should have 12 bytes by its shape, but has 8");
  CHECK(message(entry("F32", "[2]", "[0]")) == "tensor 'w' needs two data_offsets, but has [0]");
  CHECK(message(entry("F32", "[2]", "[-8,0]")) == "tensor 'w' has a bad data offset: -8");
  CHECK(message(entry("F32", "[2]", "[8,0]")) ==
        "tensor 'w' lies at [8,0], outside the file's 8 bytes of data");
  CHECK(message(entry("F32", "[2]", "[4,12]")) ==
        "tensor 'w' lies at [4,12], outside the file's 8 bytes of data");
  CHECK(message(entry("F32", "[2]", "[4,12]"), 12) == "tensor 'w' has unused bytes before it");
  CHECK(message(entry("F32", "[2]", "[0,8]"), 11) == "3 bytes follow the last tensor");
  std::string two = entry("F32", "[2]", "[0,8]");
  two.back() = ',';
  two += "\"v\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[7,9]}}";
  CHECK(message(two, 9) == "tensor 'v' shares bytes with another one");
  CHECK(complaint(folder, file_of(entry("BOOL", "[1]", "[0,1]"), "\x02")) ==
        "tensor 'w' holds a BOOL that is neither 0 nor 1");
}
