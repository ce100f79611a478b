// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace csv {

/// How a file is read.
struct Form {
  char separator = ',';
  char decimal = '.';
  bool header = true;               ///< whether the first line names the columns
  std::vector<std::string> inputs;  ///< names or, without header, numbers from 1; * and ? stand for
                                    ///< any letters; empty: all but `target` and `ignore`
  bool patterns = true;             ///< else * and ? in `inputs` stand for themselves
  std::vector<std::string> ignore;
  std::string target;
  bool classes = true;  ///< whether the target is a class, by its text, or a number
};

/// The columns of a file, by their places.
struct Columns {
  std::vector<std::string> names;  ///< of all
  std::vector<std::size_t> inputs;
  std::size_t target = 0;
};

/// Numbers of a file that are others as float32.
struct Losses {
  std::int64_t count = 0;
  std::string first{};  ///< "line 3, column 'id': 16777217 becomes 16777216"
  std::string same{};   ///< of a column whose numbers are no longer told apart
};

/// A file as samples.
struct Table {
  std::vector<float> inputs;       ///< [N, inputs], row by row
  std::vector<float> values;       ///< [N], of a target that is a number
  std::vector<std::string> texts;  ///< the different targets that are classes, as they first occur
  std::vector<std::int64_t> classes{};  ///< [N], places in `texts`
  std::vector<std::int64_t> lines{};    ///< [N], in the file
  Losses losses{};
};

/// The first names, in quotes, as one may hold a comma.
std::string list_of(const std::vector<std::string>& names);

/// All errors are Error (data) with file, line and column.
Columns columns_of(const std::string& path, const Form& form);

/// Whether the first line of another file has the columns of `like` and the target.
void require_like(const std::string& path, const Form& form, const std::vector<std::string>& like);

/// Reads the whole file; its columns must be those of `like` that are used, in whatever order.
Table read_table(const std::string& path, const Form& form, const std::vector<std::string>& like);

/// Which lines make up this part of a table, of each class alike (of real values, of all): as many
/// as are next to it, drawn without return. It follows from the seed and the table alone.
std::vector<bool> part_of(const Table& table, double part, std::int64_t seed);

/// The lines of a table that are chosen, or the others, in their order.
Table lines_of(const Table& table, const std::vector<bool>& chosen, bool which);

/// Names of the inputs of a file, in their order.
std::vector<std::string> input_names(const Columns& columns);

/// The different classes of a file, sorted: as numbers if all are whole numbers, else as texts.
/// Error (data) if they look like real values.
std::vector<std::string> classes_of(const std::string& path, const Form& form);

}  // namespace csv
