// SPDX-License-Identifier: MIT
#include "train/autograd_head.hpp"

#include "graph/flow_graph.hpp"
#include "train/describe.hpp"
#include "train/head_test.hpp"
#include "train/samples.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

namespace glia::train {

namespace {

/// What a node of a plan left that stands for row `row` of a path.
const at::Tensor& row_in(const graph::Message& message, std::size_t row) {
  return message.output_of(row + 1)[0];
}

}  // namespace

graph::GraphPlan AutogradHead::plan(bool training, Split split,
                                    const std::function<at::Tensor(std::uint64_t)>& indices,
                                    const std::function<std::uint64_t(std::uint64_t)>& key) const {
  const std::string purpose = split_name(split);
  const EncodedSplit& latents = group_.latents.of(split);
  const auto& [dataset, encoder] = std::pair{group_.nodes.dataset, group_.nodes.encoder};
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
         const at::Tensor& chosen = m.output_of(0)[0];
         const std::uint64_t k = key(m.number());
         if (!training || !group_.augmented) {
           return graph::Tensors{latent_rows(group_.environment, latents, chosen, name, k)};
         }
         const EncodedSplit now = group_.augmented->rows(chosen, epoch_of(k));
         const at::Tensor all = at::arange(now.size(), at::kLong);
         return graph::Tensors{latent_rows(group_.environment, now, all, name, k)};
       }});
  // One after the other, whoever hears whom: each finds all rows before it in the message.
  for (std::size_t i = 0; i < group_.networks.size(); ++i) {
    const std::string& id = group_.nodes.networks[i]->id;
    plan.nodes.push_back(
        {.name = id,
         .inputs = {i + 1},
         .region = training ? 1 : 0,
         .grad = training,
         .body = [=, this, name = id + '/' + purpose](const graph::Message& m) {
           RandomStream random(group_.environment.spec.seed, name, key(m.number()));
           const ForwardContext context{training, &random};
           const at::Tensor row =
               hear(group_.nodes.heard[i], [&](std::size_t r) { return row_in(m, r); });
           return graph::Tensors{group_.networks[i]->forward(row, context)};
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
  std::string what;
  for (const auto& member : group_.members) {
    what += (what.empty() ? "" : "; ") + describe(member.node.use);
  }
  return {.name = group_.id, .what = what};
}

at::Tensor AutogradHead::row_of(const graph::Message& message, std::size_t head) const {
  return hear(group_.nodes.ends[head], [&](std::size_t r) { return row_in(message, r); });
}

double AutogradHead::gradients(const graph::Message& message, const Epoch&, std::uint64_t,
                               std::uint64_t) {
  const at::Tensor& targets = message.output_of(0)[1];
  at::Tensor total;
  double sum = 0;
  for (std::size_t h = 0; h < group_.members.size(); ++h) {
    const auto& member = group_.members[h];
    const at::Tensor loss = member.head.loss(member.head.forward(row_of(message, h)), targets);
    losses_[h] = loss.item<double>() * static_cast<double>(targets.size(0));
    const at::Tensor weighted = member.weight == 1 ? loss : loss * member.weight;
    total = total.defined() ? total + weighted : weighted;
    sum += member.weight * losses_[h];
  }
  if (std::isfinite(sum)) parameters_.differentiate(total);
  return sum;
}

graph::GraphPlan AutogradHead::test_plan(Split split, std::int64_t epoch,
                                         const at::Tensor& order) const {
  return plan(
      false, split, [&order](std::uint64_t number) { return batch_of(order, number, test_batch); },
      [epoch](std::uint64_t number) { return batch_key(epoch, number); });
}

std::int64_t AutogradHead::width_of(const graph::Heard& heard) const {
  std::vector<Shape> shapes;
  for (const std::size_t row : heard.rows) {
    shapes.push_back(Shape::chain(row == 0 ? group_.latents.train.mean.size(-1)
                                           : group_.networks[row - 1]->out()));
  }
  return heard.join ? heard.join->shape(shapes).cells() : shapes.front().cells();
}

at::Tensor AutogradHead::rows(Split split, std::int64_t epoch, std::size_t head) {
  const std::int64_t n = group_.latents.of(split).size();
  const at::Tensor order = at::arange(n, at::kLong);
  graph::GraphPlan p = test_plan(split, epoch, order);
  const at::Tensor all = at::empty({n, width_of(group_.nodes.ends[head])}, at::kFloat);
  graph::GraphNode keep = learner();
  keep.inputs = {p.nodes.size() - 1};
  keep.body = [this, head, &all](const graph::Message& m) {  // each message has rows of its own
    const at::Tensor row = row_of(m, head);
    all.narrow(0, static_cast<std::int64_t>(m.number()) * test_batch, row.size(0)).copy_(row);
    return graph::Tensors{};
  };
  p.nodes.push_back(std::move(keep));
  graph::run_flow_graph(p, {0, batch_count(n, test_batch)}, {group_.environment.threads});
  return all;
}

results::Measurement AutogradHead::measure(Split split, std::int64_t epoch) {
  return measure_heads(split, epoch).at(0);
}

std::vector<results::Measurement> AutogradHead::measure_heads(Split split, std::int64_t epoch) {
  const std::int64_t n = group_.latents.of(split).size();
  const at::Tensor order = at::arange(n, at::kLong);
  const std::size_t heads = group_.members.size();
  graph::GraphPlan p = test_plan(split, epoch, order);
  const std::size_t last = p.nodes.size() - 1;
  graph::GraphNode score = learner();
  score.inputs = {last};
  score.body = [this, heads](const graph::Message& m) {
    graph::Tensors scores;
    for (std::size_t h = 0; h < heads; ++h) {
      const HeadScore s = score_head(group_.members[h].head, row_of(m, h), m.output_of(0)[1]);
      scores.push_back(at::tensor(
          {s.score, s.loss, static_cast<double>(s.lowest), static_cast<double>(s.highest)},
          at::kDouble));
    }
    return scores;
  };
  p.nodes.push_back(std::move(score));
  std::vector<HeadScore> totals(heads);
  p.nodes.push_back({.name = group_.id + " (tally)",
                     .inputs = {last + 1},
                     .region = 2,
                     .body = [&, last](const graph::Message& m) {
                       for (std::size_t h = 0; h < heads; ++h) {
                         const double* s = m.output_of(last + 1)[h].data_ptr<double>();
                         totals[h].add({s[0], s[1], static_cast<std::int64_t>(s[2]),
                                        static_cast<std::int64_t>(s[3])});
                       }
                       return graph::Tensors{};
                     }});
  graph::run_flow_graph(p, {0, batch_count(n, test_batch)}, {group_.environment.threads});
  std::vector<results::Measurement> found;
  for (const HeadScore& total : totals) found.push_back(total.over(n));
  return found;
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
