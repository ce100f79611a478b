// SPDX-License-Identifier: MIT
#include "plugin/library.hpp"

#include "core/process_state.hpp"
#include "core/variable.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/elf_symbols.hpp"
#include "plugin/left_out.hpp"

#include <boost/core/demangle.hpp>
#include <boost/dll/shared_library.hpp>

#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::plugin {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw Error(ErrorCode::plugin, message, hint);
}

/// A cut or damaged file has to be found out before the loader believes what it claims. The section
/// table stands at the end of the file.
void check_complete(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (error) refuse("cannot be read: " + error.message());
  if (fs::is_directory(status)) refuse("is a folder, not a shared library");
  if (!fs::is_regular_file(status)) refuse("is not a regular file");
  const std::uint64_t size = fs::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) refuse(std::string("cannot be read: ") + std::strerror(errno));

  ElfW(Ehdr) header{};
  stream.read(reinterpret_cast<char*>(&header), sizeof header);
  if (stream.gcount() < SELFMAG || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    refuse("is not a shared library", "a plugin is built with glia_add_plugin() in CMake");
  }
  const char* const cut = "is damaged: the file ends too early";
  const char* const again = "build or copy it again";
  if (!stream) refuse(cut, again);
  if (header.e_ident[EI_CLASS] != (sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32)) {
    refuse("was built for another word size (32 or 64 bit)", "rebuild it for this machine");
  }
  if (header.e_type != ET_DYN) refuse("is not a shared library but another kind of ELF file");
  if (header.e_shoff > size) refuse(cut, again);
  stream.seekg(static_cast<std::streamoff>(header.e_shoff));
  for (int i = 0; i < header.e_shnum; ++i) {
    ElfW(Shdr) section{};
    stream.read(reinterpret_cast<char*>(&section), sizeof section);
    const bool empty = section.sh_type == SHT_NOBITS || section.sh_type == SHT_NULL;
    const bool outside = section.sh_offset > size || section.sh_size > size - section.sh_offset;
    if (!stream || (!empty && outside)) refuse(cut, again);
  }
}

std::vector<std::string> fingerprints_in(const fs::path& file) {
  return exported_names(file, std::string(fingerprint_prefix));
}

/// The loader's own words, without Boost's frame around them and with readable symbols.
std::string loader_text(std::string text) {
  constexpr std::string_view frame = "dlerror system message: ";
  if (const auto at = text.find(frame); at != std::string::npos) {
    text.erase(0, at + frame.size());
    if (const auto end = text.rfind(')'); end != std::string::npos) text.erase(end);
  }
  const auto begin = text.find("_Z");
  if (begin == std::string::npos) return text;
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  const auto end =
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), is_part);
  const std::string mangled(text.begin() + static_cast<std::ptrdiff_t>(begin), end);
  text.replace(begin, mangled.size(), boost::core::demangle(mangled.c_str()));
  return text;
}

std::string version_text(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + '.' + std::to_string(minor);
}

void check_entry(const PluginEntry& entry) {
  if (entry.magic != PluginEntry::expected_magic) {
    refuse("its glia_entry is not a plugin entry (wrong magic number)",
           "export the plugin with GLIA_PLUGIN");
  }
  if (entry.entry_size < sizeof(PluginEntry)) {
    refuse(fmt::format("its glia_entry is too small: {} bytes instead of {}", entry.entry_size,
                       sizeof(PluginEntry)),
           "rebuild the plugin against this program's SDK");
  }
  if (entry.sdk_major != GLIA_SDK_MAJOR || entry.sdk_minor != GLIA_SDK_MINOR) {
    refuse(fmt::format("its entry says SDK {}{}", version_text(entry.sdk_major, entry.sdk_minor),
                       ", its fingerprint and this program SDK " GLIA_SDK_VERSION),
           "rebuild the plugin against SDK " GLIA_SDK_VERSION);
  }
  if (entry.descriptor_size != sizeof(Descriptor)) {
    refuse(fmt::format("its descriptors are {} bytes large, this program's {}",
                       entry.descriptor_size, sizeof(Descriptor)),
           "rebuild the plugin with this program's compiler, standard library and SDK");
  }
  if (!entry.version || !*entry.version) refuse("names no version", "give one to GLIA_PLUGIN");
  if (!entry.descriptors) refuse("its glia_entry has no descriptors function");
}

std::vector<Descriptor> descriptors_of(const PluginEntry& entry) {
  try {
    return entry.descriptors();
  } catch (const std::exception& e) {
    refuse(std::string("failed to describe itself: ") + e.what());
  } catch (...) {
    refuse("failed to describe itself: an exception that is not a std::exception");
  }
}

}  // namespace

std::optional<Fingerprint> read_fingerprint(const fs::path& file) {
  try {
    check_complete(file);
    const auto found = fingerprints_in(file);
    return found.empty() ? std::nullopt : parse_fingerprint(found.front());
  } catch (const Error&) {
    return std::nullopt;
  }
}

void check_before_loading(const fs::path& file) {
  check_complete(file);
  const auto found = fingerprints_in(file);
  if (found.empty()) {
    refuse("exports no glia plugin",
           "the library needs GLIA_PLUGIN(...) once; build it with glia_add_plugin() in CMake. If "
           "it is no plugin, keep it in another folder");
  }
  const auto& host = host_fingerprint();
  for (const auto& symbol : found) {
    const auto plugin = parse_fingerprint(symbol);
    if (!plugin) {
      refuse("has a fingerprint that this program cannot read: " + symbol,
             "rebuild the plugin against this program's SDK");
    }
    if (*plugin != host) {
      refuse(fmt::format("was built for another host: {}\n{}", differences(host, *plugin),
                         comparison_table(host, *plugin)),
             remedy(host, *plugin));
    }
  }
}

namespace {

using boost::dll::shared_library;

/// Never closed: LibTorch crashes when it is unloaded, and objects of the plugin may still live.
void keep(std::unique_ptr<shared_library> library) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<shared_library>>;
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(library));
}

}  // namespace

const PluginEntry& load_entry(const fs::path& file) {
  namespace mode = boost::dll::load_mode;
  auto owned = std::make_unique<shared_library>();
  shared_library* const library = owned.get();
  const ProcessState before;
  try {
    library->load(boost::filesystem::path(file.string()), mode::rtld_now | mode::rtld_local);
  } catch (const std::exception& e) {
    const std::string text = loader_text(e.what());
    if (const auto name = left_out_library(file, text); !name.empty()) {
      refuse(
          fmt::format("cannot be loaded: {}\n{} is left out, as LibTorch names it without using it",
                      text, name),
          fmt::format("{}=1 before the command has it loaded", variables::whole_libtorch.name));
    }
    const bool symbol = text.find("undefined symbol") != std::string::npos;
    refuse("cannot be loaded: " + text,
           symbol ? "compile the missing function into the plugin, or link the library that has it"
                  : "");
  }
  keep(std::move(owned));
  const auto changed = before.restore();
  if (!changed.empty()) {  // undone; but what it does by and by cannot be foreseen
    std::string what = changed[0];
    for (std::size_t i = 1; i < changed.size(); ++i) what += ", " + changed[i];
    const bool floats = what.find("denormal") != std::string::npos;
    refuse(fmt::format("changes {} of the whole program while it is loaded", what),
           floats ? "link it without -ffast-math, -Ofast and the like: they change the numbers of "
                    "everything else"
                  : "a static initialiser must leave the process as it is");
  }
  if (!library->has("glia_entry")) {
    refuse("has a fingerprint but no glia_entry", "export the plugin with GLIA_PLUGIN");
  }
  const auto& entry = library->get<const PluginEntry>("glia_entry");
  check_entry(entry);
  return entry;
}

Library describe(const PluginEntry& entry) {
  Library result{entry.version, descriptors_of(entry)};
  if (result.descriptors.empty()) {
    refuse("offers nothing: its list of descriptors is empty",
           "name at least one plugin in GLIA_PLUGIN");
  }
  const auto problems = descriptor_problems(result.descriptors);
  if (problems.empty()) return result;
  std::string message = "describes itself wrongly: " + problems.front();
  for (std::size_t i = 1; i < problems.size(); ++i) message += "\n" + problems[i];
  refuse(message);
}

Library open_library(const fs::path& file) { return describe(load_entry(file)); }

}  // namespace glia::plugin
