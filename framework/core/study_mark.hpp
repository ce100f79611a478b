// SPDX-License-Identifier: MIT
// Every run and every sweep has a mark of its own, which stands in all that it keeps: a file of
// another one that lies among them, whole as it may be, is told.
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// The member of JSON objects that holds it, and its name in a sweep's store.
inline constexpr const char* mark_key = "mark";

/// A mark that nothing had before, for what is made in the folder: "leak-001-5f0c3a...". Letters,
/// digits, '-', '_' and '.' only.
GLIA_API std::string new_mark(const std::filesystem::path& folder);

/// That of a stored JSON object, at whose begin or end it stands; "" if it has none, as what older
/// versions made.
GLIA_API std::string mark_in(std::string_view json);

/// The same of a file at whose begin it stands, and of which no more is read. Nothing where there is
/// none that begins as such files do: whoever reads it says what is wrong.
GLIA_API std::optional<std::string> mark_of(const std::filesystem::path& file);

/// What the folder of a trial that a sweep keeps is marked with: the sweep's mark and the trial's
/// number. "" for any other folder.
GLIA_API std::string mark_of_place(const std::filesystem::path& folder);

/// What messages say of one: "'leak-001-5f0c3a...'", or that an older glia made it.
GLIA_API std::string mark_words(std::string_view mark);

struct Marked {
  std::filesystem::path file;
  std::string mark;
};

/// Error (data) if they are not all of the same: it names those that differ from most of the others,
/// and what each is of. `what`: "sweep", "run".
GLIA_API void require_one_mark(const std::vector<Marked>& files, const char* what);

/// Error (data) if the files of a sweep's folder, `other` among them, are of several.
GLIA_API void require_one_sweep(const std::filesystem::path& folder, const Marked& other);

}  // namespace glia
