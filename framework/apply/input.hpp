// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/table_columns.hpp>

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace glia::apply {

/// Samples that a user brings, without targets.
struct Samples {
  at::Tensor inputs;                 ///< [N, features] float32
  std::vector<std::string> names{};  ///< of pictures: their files; else empty
};

/// How the numbers of a file become inputs.
struct Scaling {
  double numbers = 1;  ///< what numbers are divided by
  double bytes = 255;  ///< what bytes and pixels are divided by
};

/// Reads a .npy file, an IDX file (plain or .gz), a CSV file, or PNG pictures: one, or a folder of
/// them in the order of their names. What it is, its first bytes tell. `columns`: how tables are
/// read, where the run was trained on one; nullptr: columns of a CSV file go by their places. Error
/// (data) says which sample does not have the form `wanted`, or what is wrong with the file; (usage)
/// if there is none.
Samples read_samples(const std::filesystem::path& path, const SampleSpec& wanted,
                     const Scaling& scaling, const TableColumns* columns = nullptr);

/// "28 x 28", "784 numbers".
std::string form_text(const std::vector<std::int64_t>& shape);

// One file each. `bytes` is the whole file.
Samples read_npy(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling);
Samples read_idx(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling);
Samples read_csv(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling);
Samples read_table(const std::string& path, std::string_view bytes, const TableColumns& columns,
                   const Scaling& scaling);
Samples read_png(const std::filesystem::path& file_or_folder, const SampleSpec& wanted,
                 const Scaling& scaling);

/// Error (data) unless samples of this shape are those wanted: the same extents, or as many numbers
/// in one row.
void require_form(const std::string& path, const std::vector<std::int64_t>& shape,
                  const SampleSpec& wanted);

}  // namespace glia::apply
