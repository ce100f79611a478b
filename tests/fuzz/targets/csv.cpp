// SPDX-License-Identifier: MIT
// A table of one's own: with names or without, as classes and as values.
#include "fuzz.hpp"
#include "table.hpp"

FUZZ_TARGET(csv) {
  const std::string path = fuzz::file_of(bytes, "table.csv").string();
  for (const bool header : {true, false}) {
    for (const bool classes : {true, false}) {
      fuzz::answered([&] {
        const csv::Form form{.separator = ',',
                             .header = header,
                             .inputs = {},
                             .ignore = {},
                             .target = header ? "y" : "1",
                             .classes = classes};
        if (classes) csv::classes_of(path, form);
        const auto names = csv::input_names(csv::columns_of(path, form));
        const auto table = csv::read_table(path, form, names);
        const auto samples = table.lines.size();
        fuzz::require(samples > 0, "a table of no samples");
        fuzz::require(table.inputs.size() == samples * names.size(), "a sample of another width");
        fuzz::require((classes ? table.classes.size() : table.values.size()) == samples,
                      "a sample without its target");
        for (const auto place : table.classes) {
          fuzz::require(static_cast<std::size_t>(place) < table.texts.size(), "a class of no text");
        }
      });
    }
  }
}
