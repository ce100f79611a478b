// SPDX-License-Identifier: MIT
// Hand-written because the format has no maintained C++ library; JSON itself is left to nlohmann.
#include "train/safetensors.hpp"

#include "core/file_kind.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/mapped_file.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace glia::train {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "the format stores little-endian bytes");

constexpr std::uint64_t max_header = 100'000'000;  // as in the reference implementation
constexpr std::size_t max_dimensions = 64;         // as LibTorch
constexpr std::size_t max_json_depth = 3;          // {"name": {"shape": [...]}}
constexpr char metadata_key[] = "__metadata__";

struct Type {
  const char* name;
  at::ScalarType torch;
};
constexpr std::array types{Type{"F64", at::kDouble}, Type{"F32", at::kFloat},
                           Type{"I64", at::kLong},   Type{"I32", at::kInt},
                           Type{"U8", at::kByte},    Type{"BOOL", at::kBool}};

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::data, message, "the file is damaged or not a safetensors file");
}

[[noreturn]] void fail(const std::string& tensor, const std::string& message) {
  fail(fmt::format("tensor '{}' {}", tensor, message));
}

[[noreturn]] void refuse(const std::string& tensor, const std::string& message) {
  throw Error(ErrorCode::internal, fmt::format("cannot save tensor '{}': {}", tensor, message));
}

const char* type_name(const std::string& tensor, at::ScalarType type) {
  for (const auto& known : types) {
    if (known.torch == type) return known.name;
  }
  refuse(tensor, fmt::format("type {} is not supported", at::toString(type)));
}

/// A tensor's entry in the header.
struct Entry {
  std::string name;
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

/// Unlike nlohmann's default, does not let the last of two equal keys win. Object keys of the top
/// level come back in the order of the file.
json parse_header(std::string_view text, std::vector<std::string>& names) {
  std::vector<std::set<std::string>> seen(max_json_depth + 1);
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && level >= max_json_depth) fail("the header is nested too deeply");
    if (event == json::parse_event_t::object_start) seen[level + 1].clear();
    if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!seen[level].insert(key).second) fail(fmt::format("the header has '{}' twice", key));
      if (level == 1 && key != metadata_key) names.push_back(key);
    }
    return true;
  };
  json header;
  try {
    header = read_json(text, check);
  } catch (const json::exception& e) {
    fail("the header is " + json_trouble(e, text));
  }
  if (!header.is_object()) fail("the header is not a JSON object");
  return header;
}

std::uint64_t unsigned_number(const json& value, const std::string& tensor, const char* what) {
  if (!value.is_number_unsigned()) {
    fail(tensor, fmt::format("has a bad {}: {}", what, exact_json_text(value)));
  }
  return value.get<std::uint64_t>();
}

const json& member(const json& entry, const std::string& tensor, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end()) fail(tensor, std::string("has no ") + key);
  return *found;
}

std::vector<std::int64_t> read_shape(const json& value, const std::string& tensor) {
  if (!value.is_array()) fail(tensor, "has a shape that is not a list");
  if (value.size() > max_dimensions) {
    fail(tensor, fmt::format("has {} dimensions", value.size()));
  }
  std::vector<std::int64_t> shape;
  // Zeros are left out of the product: LibTorch multiplies the other sizes for its strides.
  std::int64_t product = 8;
  for (const auto& size : value) {
    const auto number = unsigned_number(size, tensor, "size in its shape");
    const auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (number > limit ||
        (number > 0 &&
         __builtin_mul_overflow(product, static_cast<std::int64_t>(number), &product))) {
      fail(tensor, "has a shape too large to be true: " + exact_json_text(value));
    }
    shape.push_back(static_cast<std::int64_t>(number));
  }
  return shape;
}

Entry read_entry(const json& value, const std::string& name, std::uint64_t data_size) {
  if (!value.is_object()) fail(name, "is not described by an object");
  Entry entry{name, at::kFloat, {}, 0, 0};
  const json& dtype = member(value, name, "dtype");
  const auto known = std::find_if(types.begin(), types.end(),
                                  [&](const Type& type) { return dtype == type.name; });
  if (known == types.end()) {
    for (const char* other :
         {"BF16", "F16", "F8_E4M3", "F8_E5M2", "I16", "I8", "U16", "U32", "U64"}) {
      if (dtype != other) continue;
      throw Error(ErrorCode::data,
                  fmt::format("tensor '{}' is {}, which glia does not read", name, other),
                  "save it as F32, in PyTorch with tensor.float()");
    }
    fail(name, "has an unknown dtype: " + exact_json_text(dtype));
  }
  entry.type = known->torch;
  entry.shape = read_shape(member(value, name, "shape"), name);

  const json& offsets = member(value, name, "data_offsets");
  if (!offsets.is_array() || offsets.size() != 2) {
    fail(name, "needs two data_offsets, but has " + exact_json_text(offsets));
  }
  entry.begin = unsigned_number(offsets[0], name, "data offset");
  entry.end = unsigned_number(offsets[1], name, "data offset");
  if (entry.begin > entry.end || entry.end > data_size) {
    fail(name, fmt::format("lies at {}, outside the file's {} bytes of data",
                           exact_json_text(offsets), data_size));
  }
  std::uint64_t bytes = c10::elementSize(entry.type);
  for (auto size : entry.shape) bytes *= static_cast<std::uint64_t>(size);
  if (bytes != entry.end - entry.begin) {
    fail(name, fmt::format("should have {} bytes by its shape, but has {}", bytes,
                           entry.end - entry.begin));
  }
  return entry;
}

/// The tensors must cover the data exactly: no byte is shared, hidden or left over.
void check_cover(const std::vector<Entry>& entries, std::uint64_t data_size) {
  std::vector<const Entry*> order;
  for (const auto& entry : entries) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  std::uint64_t end = 0;
  for (const Entry* entry : order) {
    if (entry->begin < end) fail(entry->name, "shares bytes with another one");
    if (entry->begin > end) fail(entry->name, "has unused bytes before it");
    end = entry->end;
  }
  if (end != data_size) fail(std::to_string(data_size - end) + " bytes follow the last tensor");
}

void check_values(const Entry& entry, std::string_view bytes) {
  if (entry.type != at::kBool) return;
  for (char byte : bytes) {
    if (byte != 0 && byte != 1) fail(entry.name, "holds a BOOL that is neither 0 nor 1");
  }
}

/// How the bytes of an entry become a tensor.
using MakeTensor = std::function<at::Tensor(const Entry&, std::string_view bytes)>;

at::Tensor copied(const Entry& entry, std::string_view bytes) {
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions(entry.type));
  if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

void read_metadata(const json& header, std::map<std::string, std::string>& metadata) {
  const auto found = header.find(metadata_key);
  if (found == header.end()) return;
  if (!found->is_object()) fail("__metadata__ is not an object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) fail(fmt::format("the metadata '{}' is not text", key));
    metadata[key] = value.get<std::string>();
  }
}

std::vector<Entry> read_entries(const json& header, const std::vector<std::string>& names,
                                std::uint64_t data_size) {
  std::vector<Entry> entries;
  for (const auto& name : names) entries.push_back(read_entry(header[name], name, data_size));
  check_cover(entries, data_size);
  return entries;
}

void require_header(std::uint64_t header_size, std::uint64_t bytes) {
  if (header_size <= max_header && header_size <= bytes) return;
  fail(fmt::format("the header should have {} bytes; the file has {} and the limit is {}",
                   header_size, bytes, max_header));
}

/// What a safetensors file has next to the size of its header is the header, an object.
void refuse_others(std::string_view start) {
  const std::string kind = kind_of_file(start);
  if (kind.empty() || (start.size() > 8 && start[8] == '{')) return;
  throw Error(ErrorCode::data, "this is " + kind + ", and no safetensors file",
              "give one, as glia leaves in checkpoints/ of a run and safetensors.torch.save_file "
              "writes");
}

SafetensorsFile parse_file(std::string_view bytes, const MakeTensor& make) {
  std::uint64_t header_size = 0;
  refuse_others(bytes.substr(0, 16));
  if (bytes.size() < sizeof header_size) {
    fail(fmt::format("the file ends after {} bytes", bytes.size()));
  }
  std::memcpy(&header_size, bytes.data(), sizeof header_size);
  bytes.remove_prefix(sizeof header_size);
  require_header(header_size, bytes.size());
  const auto data = bytes.substr(header_size);
  std::vector<std::string> names;
  const json header = parse_header(bytes.substr(0, header_size), names);
  SafetensorsFile file;
  read_metadata(header, file.metadata);
  const auto entries = read_entries(header, names, data.size());
  for (const auto& entry : entries) {
    const auto content = data.substr(entry.begin, entry.end - entry.begin);
    check_values(entry, content);
    file.tensors.emplace_back(entry.name, make(entry, content));
  }
  return file;
}

/// Of a large file that is none of this format no more than the start is read to say so.
void check_start(const std::filesystem::path& path) {
  constexpr std::uint64_t large = std::uint64_t{1} << 24;
  const struct Closing {
    int fd;
    ~Closing() { ::close(fd); }
  } file{open_to_read(path)};
  struct stat info {};
  if (::fstat(file.fd, &info) != 0 || static_cast<std::uint64_t>(info.st_size) < large) return;
  char start[16];
  if (::pread(file.fd, start, sizeof start, 0) != sizeof start) return;
  refuse_others({start, sizeof start});
  std::uint64_t header_size = 0;
  if (::read(file.fd, &header_size, sizeof header_size) != sizeof header_size) return;
  const std::uint64_t rest = static_cast<std::uint64_t>(info.st_size) - sizeof header_size;
  require_header(header_size, rest);
  std::string text(header_size, '\0');
  for (std::size_t have = 0; have < text.size();) {
    const ssize_t got = ::read(file.fd, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;  // whoever reads all of it says why
    have += static_cast<std::size_t>(got);
  }
  std::vector<std::string> names;
  const json header = parse_header(text, names);
  read_entries(header, names, rest - header_size);
}

std::uint64_t bytes_of(const TensorPlace& tensor) {
  std::uint64_t bytes = c10::elementSize(tensor.type);
  for (const std::int64_t size : tensor.shape) bytes *= static_cast<std::uint64_t>(size);
  return bytes;
}

/// On the CPU, dense and in order.
at::Tensor plain(const std::string& name, const at::Tensor& tensor) {
  if (!tensor.defined()) refuse(name, "it is undefined");
  if (tensor.layout() != at::kStrided) refuse(name, "it is not dense");
  return tensor.detach().to(at::kCPU).contiguous();
}

/// The start of a file, up to the tensors' bytes, which lie in this order without gaps.
std::string head_of(const std::filesystem::path& path, const std::vector<TensorPlace>& tensors,
                    const std::map<std::string, std::string>& metadata) {
  ordered_json header = ordered_json::object();
  if (!metadata.empty()) header[metadata_key] = metadata;
  std::set<std::string> seen{metadata_key};
  std::uint64_t begin = 0;
  for (const auto& tensor : tensors) {
    if (!seen.insert(tensor.name).second) refuse(tensor.name, "the name is taken");
    const std::uint64_t end = begin + bytes_of(tensor);
    header[tensor.name] = {{"dtype", type_name(tensor.name, tensor.type)},
                           {"shape", tensor.shape},
                           {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text;
  try {
    text = exact_json_text(header);
  } catch (const json::exception& e) {  // text that is not UTF-8
    throw Error(ErrorCode::internal, fmt::format("cannot save {}: {}", path.string(), e.what()));
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t size = text.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text;
}

}  // namespace

void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::vector<TensorPlace> places;
  std::string data;
  for (const auto& [name, given] : tensors) {
    const at::Tensor tensor = plain(name, given);
    data.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
    places.push_back({name, tensor.sizes().vec(), tensor.scalar_type()});
  }
  write_file(path, head_of(path, places, metadata).append(data));
}

void create_safetensors(const std::filesystem::path& path, const std::vector<TensorPlace>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  const std::string head = head_of(path, tensors, metadata);
  std::uint64_t size = head.size();
  for (const auto& tensor : tensors) size += bytes_of(tensor);
  const std::filesystem::path temporary = path.string() + ".new";
  write_file(temporary, head);
  std::error_code error;
  try {
    extend_file(temporary, size);
  } catch (...) {
    std::filesystem::remove(temporary, error);
    throw;
  }
  std::filesystem::rename(temporary, path, error);
  if (error)
    throw Error(ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), error.message()));
}

SafetensorsFile load_safetensors(const std::filesystem::path& path) {
  try {
    check_start(path);
  } catch (Error& error) {
    throw error.code() == ErrorCode::data ? error.within(path.string()) : error;
  }
  const std::string bytes = read_file(path);
  try {
    return parse_file(bytes, copied);
  } catch (Error& error) {
    throw error.within(path.string());
  }
}

SafetensorsFile map_safetensors(const std::filesystem::path& path, MappedFile::Writes writes) {
  const auto mapping = std::make_shared<const MappedFile>(path, writes);
  try {
    return parse_file(mapping->bytes(), [&](const Entry& entry, std::string_view bytes) {
      if (bytes.empty() ||
          reinterpret_cast<std::uintptr_t>(bytes.data()) % c10::elementSize(entry.type) != 0) {
        return copied(entry, bytes);
      }
      // Every tensor holds on to the mapping.
      return at::from_blob(
          const_cast<char*>(bytes.data()), entry.shape, [mapping](void*) {},
          at::TensorOptions(entry.type));
    });
  } catch (Error& error) {
    throw error.within(path.string());
  }
}

}  // namespace glia::train
