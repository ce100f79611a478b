// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glia::apply {

/// An ONNX graph as it is put together: constants and nodes, each with one named output.
/// Written with the format's own protobuf library. [one thread]
class OnnxGraph {
 public:
  explicit OnnxGraph(const std::string& name);
  ~OnnxGraph();

  /// A float32 input [N, shape...] of any number N of samples.
  std::string input(const std::string& name, const std::vector<std::int64_t>& shape);
  std::string constant(const std::vector<std::int64_t>& shape, std::span<const float> values);
  std::string constant(const std::vector<std::int64_t>& values);  ///< [values] int64
  std::string indices(const std::vector<std::int64_t>& shape, std::span<const std::int64_t> values);

  /// What the operator `op` makes of its inputs; attributes are whole numbers.
  std::string node(const std::string& op, const std::vector<std::string>& inputs,
                   const std::map<std::string, std::int64_t>& attributes = {});

  /// Gives a node's output, float32 [N, width] or int64 [N], to the outside under this name.
  void output(const std::string& name, const std::string& from, std::int64_t width);
  void label_output(const std::string& name, const std::string& from);

  /// What readers are told besides: "classes" ...
  void note(const std::string& key, const std::string& text);

  /// The file. Error (data) if it is larger than the format allows.
  std::string file(const std::string& doc) const;

 private:
  struct Model;
  std::unique_ptr<Model> model_;
};

}  // namespace glia::apply
