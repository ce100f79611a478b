// SPDX-License-Identifier: MIT
#include "apply/onnx_graph.hpp"

#include "core/provenance.hpp"

#include <glia/sdk/error.hpp>

#include <onnx/onnx_pb.h>

namespace glia::apply {
namespace {

constexpr std::int64_t ir_version = 7, operators = 13;  // of 2020: every runtime in use reads them

void set_type(onnx::ValueInfoProto& value, const std::string& name,
              onnx::TensorProto::DataType type, const std::vector<std::int64_t>& behind_samples) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  tensor->mutable_shape()->add_dim()->set_dim_param("N");
  for (const auto extent : behind_samples)
    tensor->mutable_shape()->add_dim()->set_dim_value(extent);
}

}  // namespace

struct OnnxGraph::Model {
  onnx::ModelProto proto;
  int names = 0;

  onnx::GraphProto& graph() { return *proto.mutable_graph(); }
  std::string fresh(const std::string& what) { return what + '_' + std::to_string(names++); }

  onnx::TensorProto& tensor(const std::vector<std::int64_t>& shape,
                            onnx::TensorProto::DataType type, const void* bytes, std::size_t size) {
    auto& made = *graph().add_initializer();
    made.set_name(fresh("constant"));
    made.set_data_type(type);
    for (const auto extent : shape) made.add_dims(extent);
    made.set_raw_data(bytes, size);  // little-endian, as the file format asks
    return made;
  }
};

OnnxGraph::OnnxGraph(const std::string& name) : model_(std::make_unique<Model>()) {
  model_->proto.set_ir_version(ir_version);
  model_->proto.set_producer_name("glia");
  model_->proto.set_producer_version(build_info().version);
  auto* set = model_->proto.add_opset_import();
  set->set_domain("");
  set->set_version(operators);
  model_->graph().set_name(name);
}

OnnxGraph::~OnnxGraph() = default;

std::string OnnxGraph::input(const std::string& name, const std::vector<std::int64_t>& shape) {
  set_type(*model_->graph().add_input(), name, onnx::TensorProto::FLOAT, shape);
  return name;
}

std::string OnnxGraph::constant(const std::vector<std::int64_t>& shape,
                                std::span<const float> values) {
  return model_->tensor(shape, onnx::TensorProto::FLOAT, values.data(), values.size_bytes()).name();
}

std::string OnnxGraph::constant(const std::vector<std::int64_t>& values) {
  return indices({static_cast<std::int64_t>(values.size())}, values);
}

std::string OnnxGraph::indices(const std::vector<std::int64_t>& shape,
                               std::span<const std::int64_t> values) {
  return model_->tensor(shape, onnx::TensorProto::INT64, values.data(), values.size_bytes()).name();
}

std::string OnnxGraph::node(const std::string& op, const std::vector<std::string>& inputs,
                            const std::map<std::string, std::int64_t>& attributes) {
  auto& made = *model_->graph().add_node();
  made.set_op_type(op);
  made.set_name(model_->fresh(op));
  for (const auto& input : inputs) made.add_input(input);
  for (const auto& [name, value] : attributes) {
    auto& attribute = *made.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  made.add_output(made.name() + "_out");
  return made.output(0);
}

void OnnxGraph::output(const std::string& name, const std::string& from, std::int64_t width) {
  const std::string last = node("Identity", {from});
  model_->graph().mutable_node(model_->graph().node_size() - 1)->set_output(0, name);
  set_type(*model_->graph().add_output(), name, onnx::TensorProto::FLOAT, {width});
}

void OnnxGraph::label_output(const std::string& name, const std::string& from) {
  node("ArgMax", {from}, {{"axis", 1}, {"keepdims", 0}});
  model_->graph().mutable_node(model_->graph().node_size() - 1)->set_output(0, name);
  set_type(*model_->graph().add_output(), name, onnx::TensorProto::INT64, {});
}

void OnnxGraph::note(const std::string& key, const std::string& text) {
  auto& entry = *model_->proto.add_metadata_props();
  entry.set_key(key);
  entry.set_value(text);
}

std::string OnnxGraph::file(const std::string& doc) const {
  model_->proto.set_doc_string(doc);
  std::string bytes;
  if (!model_->proto.SerializeToString(&bytes)) {
    throw Error(ErrorCode::data, "the network is larger than an ONNX file can be (2 GiB)");
  }
  return bytes;
}

}  // namespace glia::apply
