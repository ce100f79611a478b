// SPDX-License-Identifier: MIT
#include "train/autograd_head.hpp"

#include "graph/flow_graph.hpp"
#include "train/describe.hpp"
#include "train/head_test.hpp"
#include "train/samples.hpp"

#include <torch/types.h>

#include <cmath>
#include <utility>

namespace glia::train {

graph::GraphPlan AutogradHead::plan(bool training, Split split,
                                    std::function<at::Tensor(std::uint64_t)> indices,
                                    std::function<std::uint64_t(std::uint64_t)> key) const {
  const std::string purpose = split_name(split);
  const EncodedSplit& latents = path_.latents.of(split);
  const auto& [dataset, encoder] = std::pair{path_.chain.dataset, path_.chain.encoder};
  graph::GraphPlan plan;
  plan.nodes.push_back({.name = dataset->id,
                        .what = describe(dataset->use),
                        .body = [=, &latents](const graph::Message& m) {
                          const at::Tensor chosen = indices(m.number());
                          return graph::Tensors{chosen, latents.targets.index_select(0, chosen)};
                        }});
  plan.nodes.push_back(
      {.name = encoder->id,
       .what = describe(encoder->use),
       .inputs = {0},
       .body = [=, this, &latents, name = encoder->id + '/' + purpose](const graph::Message& m) {
         return graph::Tensors{
             latent_rows(path_.environment, latents, m.output_of(0)[0], name, key(m.number()))};
       }});
  for (std::size_t i = 0; i < path_.networks.size(); ++i) {
    const std::string& id = path_.chain.networks[i]->id;
    plan.nodes.push_back({.name = id,
                          .inputs = {i + 1},
                          .region = training ? 1 : 0,
                          .grad = training,
                          .body = [=, this, name = id + '/' + purpose](const graph::Message& m) {
                            RandomStream random(path_.environment.spec.seed, name, key(m.number()));
                            const ForwardContext context{training, &random};
                            return graph::Tensors{
                                path_.networks[i]->forward(m.output_of(i + 1)[0], context)};
                          }});
  }
  return plan;
}

graph::GraphPlan AutogradHead::feed(const Epoch& epoch, std::uint64_t) {
  return plan(
      true, Split::train,
      [&epoch](std::uint64_t batch) { return indices_of(epoch.samples(batch)); },
      [&epoch](std::uint64_t batch) { return epoch.key(batch); });
}

graph::GraphNode AutogradHead::learner() const {
  return {.name = path_.node.id, .what = describe(path_.node.use)};
}

double AutogradHead::gradients(const graph::Message& message, const Epoch&, std::uint64_t,
                               std::uint64_t) {
  const at::Tensor& targets = message.output_of(0)[1];
  const at::Tensor output = path_.head.forward(message.output_of(path_.networks.size() + 1)[0]);
  const at::Tensor loss = path_.head.loss(output, targets);
  const double sum = loss.item<double>() * static_cast<double>(targets.size(0));
  if (std::isfinite(sum)) parameters_.differentiate(loss);
  return sum;
}

graph::GraphPlan AutogradHead::test_plan(Split split, std::int64_t epoch,
                                         const at::Tensor& order) const {
  return plan(
      false, split, [&order](std::uint64_t number) { return batch_of(order, number, test_batch); },
      [epoch](std::uint64_t number) { return batch_key(epoch, number); });
}

at::Tensor AutogradHead::rows(Split split, std::int64_t epoch) {
  const std::int64_t n = path_.latents.of(split).size();
  const at::Tensor order = at::arange(n, at::kLong);
  graph::GraphPlan p = test_plan(split, epoch, order);
  const std::size_t last = p.nodes.size() - 1;
  const std::int64_t width =
      path_.networks.empty() ? path_.latents.of(split).mean.size(1) : path_.networks.back()->out();
  const at::Tensor all = at::empty({n, width}, at::kFloat);
  graph::GraphNode keep = learner();
  keep.inputs = {last};
  keep.body = [&all, last](const graph::Message& m) {  // each message has rows of its own
    const at::Tensor& row = m.output_of(last)[0];
    all.narrow(0, static_cast<std::int64_t>(m.number()) * test_batch, row.size(0)).copy_(row);
    return graph::Tensors{};
  };
  p.nodes.push_back(std::move(keep));
  graph::run_flow_graph(p, {0, batch_count(n, test_batch)}, {path_.environment.threads});
  return all;
}

results::Measurement AutogradHead::measure(Split split, std::int64_t epoch) {
  const std::int64_t n = path_.latents.of(split).size();
  const at::Tensor order = at::arange(n, at::kLong);
  graph::GraphPlan p = test_plan(split, epoch, order);
  const std::size_t last = p.nodes.size() - 1;
  graph::GraphNode score = learner();
  score.inputs = {last};
  score.body = [this, last](const graph::Message& m) {
    const HeadScore s = score_head(path_.head, m.output_of(last)[0], m.output_of(0)[1]);
    return graph::Tensors{
        at::tensor({s.score, s.loss, static_cast<double>(s.lowest), static_cast<double>(s.highest)},
                   at::kDouble)};
  };
  p.nodes.push_back(std::move(score));
  HeadScore total;
  p.nodes.push_back(
      {.name = path_.node.id + " (tally)",
       .inputs = {last + 1},
       .region = 2,
       .body = [&, last](const graph::Message& m) {
         const double* s = m.output_of(last + 1)[0].data_ptr<double>();
         total.add({s[0], s[1], static_cast<std::int64_t>(s[2]), static_cast<std::int64_t>(s[3])});
         return graph::Tensors{};
       }});
  graph::run_flow_graph(p, {0, batch_count(n, test_batch)}, {path_.environment.threads});
  return total.over(n);
}

HeadScore score_head(const Head& head, const at::Tensor& rows, const at::Tensor& targets) {
  const at::Tensor output = head.forward(rows);
  const at::Tensor scores = head.score(output, targets), classes = head.predict(output);
  HeadScore found;
  found.score = scores.sum(at::kDouble).item<double>();
  found.loss = head.loss(output, targets).item<double>() * static_cast<double>(rows.size(0));
  if (classes.defined()) {
    found.lowest = classes.min().item<std::int64_t>();
    found.highest = classes.max().item<std::int64_t>();
  }
  return found;
}

}  // namespace glia::train
