// SPDX-License-Identifier: MIT
#include "vae_epoch.hpp"

#include "graph/flow_graph.hpp"
#include "limits.hpp"
#include "plugin/registry.hpp"
#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"
#include "train/samples.hpp"
#include "train/step_by_parts.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/gradient_parts.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>
#include <oneapi/dnnl/dnnl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace bench {

using namespace glia;

namespace {

constexpr std::int64_t batch = 128, hidden = 400, z = 20;

train::LoadedData open_pictures(const char*& name) {
  const auto& catalog = plugin::load_plugins({});
  for (const char* id : {"mnist", "fashion"}) {
    try {
      const auto& descriptor = *catalog.find(PluginKind::dataset, id)->descriptor;
      ValueMap values;
      for (const auto& field : descriptor.fields) values[field.name] = field.default_value;
      train::LoadedData data{id, descriptor.make_dataset(values), {}};
      data.dataset->open();
      data.spec = data.dataset->spec();
      name = id;
      return data;
    } catch (const Error&) {
    }
  }
  throw Error(ErrorCode::data, "neither MNIST nor Fashion-MNIST was found");
}

/// The batch `number` of an epoch.
at::Tensor pictures(const train::LoadedData& data, std::uint64_t number) {
  static const auto order = train::epoch_order(1, "bench", 0, data.size(Split::train));
  const auto samples = train::samples_of(order, number, batch);
  return train::read_batch(data, Split::train, train::indices_of(samples)).inputs;
}

struct Vae {
  std::unique_ptr<Encoder> encoder;
  ParameterSet parameters{1, "latent"};
  std::vector<at::Tensor> tensors;

  explicit Vae(const SampleSpec& spec) {
    const auto& catalog = plugin::load_plugins({});
    encoder = catalog.find(PluginKind::encoder, "vae")
                  ->descriptor->make_encoder({{"z_features", z}, {"hidden", hidden}});
    encoder->build(spec, parameters);
    for (const auto& [name, p] : parameters.all()) tensors.push_back(p);
  }
};

/// Batches of the training graph that `glia run` uses (framework/train/encoder_training.cpp), on
/// `threads`.
class Trained {
 public:
  Trained(const train::LoadedData& data, int threads)
      : data_(data), threads_(threads), vae_(data.spec) {
    flat_ = std::make_unique<train::FlatParameters>(vae_.parameters);
    adam_ = train::make_optimizer({}, flat_->values());
  }

  void run(int batches) {
    graph::GraphPlan plan;
    plan.nodes.push_back({"data", "", {}, 0, false, [this](const graph::Message& m) {
                            return graph::Tensors{pictures(data_, m.number())};
                          }});
    plan.nodes.push_back(
        {"latent", "", {0}, 1, false, [this](const graph::Message& m) {
           RandomStream random(1, "latent/train", m.number());
           const std::function<void(double)> book = [this](double loss) { loss_ += loss; };
           train::StepByParts step(*adam_, 1e-3, *flat_, book);
           dynamic_cast<GradientByParts&>(*vae_.encoder)
               .gradients_by_parts(m.output_of(0)[0], random, flat_->gradients(), step)
               .value();
           return graph::Tensors{};
         }});
    graph::run_flow_graph(plan, {0, static_cast<std::uint64_t>(batches)}, {threads_});
  }

  double loss() const { return loss_; }

 private:
  const train::LoadedData& data_;
  int threads_;
  Vae vae_;
  std::unique_ptr<train::FlatParameters> flat_;
  std::unique_ptr<train::Optimizer> adam_;
  double loss_ = 0;
};

/// The same loss through autograd and torch::optim::Adam.
class Peer {
 public:
  explicit Peer(const train::LoadedData& data)
      : data_(data), vae_(data.spec), adam_(vae_.tensors, torch::optim::AdamOptions(1e-3)) {}

  void run(int batches) {
    at::AutoGradMode grad(true);
    for (int b = 0; b < batches; ++b) {
      const auto number = static_cast<std::uint64_t>(b);
      RandomStream random(1, "latent/train", number);
      const at::Tensor loss = vae_.encoder->loss(pictures(data_, number), random);
      adam_.zero_grad();
      loss.backward();
      adam_.step();
    }
  }

 private:
  const train::LoadedData& data_;
  Vae vae_;
  torch::optim::Adam adam_;
};

/// Multiply-adds of the dense products of a step on a batch.
double products_of_step(std::int64_t features) {
  // Four at the pixels: forward, and three times backward for weights and inputs, of which the
  // first layer needs one less; at the code: mean, log-variance and decoder, three each.
  return static_cast<double>(batch * hidden) * static_cast<double>(5 * features + 9 * z);
}

}  // namespace

ProductRates measure_products() {
  const std::int64_t features = 784;
  const at::Tensor x = at::rand({batch, features}), w = at::rand({features, hidden});
  at::Tensor h = at::rand({batch, hidden}), y = at::empty_like(x), dw = at::empty_like(w);
  const auto onednn = [](const at::Tensor& out, const at::Tensor& a, bool a_t, const at::Tensor& b,
                         bool b_t) {
    const std::int64_t k = a.size(a_t ? 0 : 1);
    dnnl_sgemm(a_t ? 'T' : 'N', b_t ? 'T' : 'N', out.size(0), out.size(1), k, 1,
               a.data_ptr<float>(), a.size(1), b.data_ptr<float>(), b.size(1), 0,
               out.data_ptr<float>(), out.size(1));
  };
  double blas = 1e9, dnnl = 1e9;
  for (int round = 0; round < 5; ++round) {  // by turns, so a busy machine disturbs both alike
    blas = std::min(blas, fastest(10, [&] {
                      at::mm_out(h, x, w);
                      at::mm_out(y, h, w.t());
                      at::mm_out(dw, x.t(), h);
                    }));
    dnnl = std::min(dnnl, fastest(10, [&] {
                      onednn(h, x, false, w, false);
                      onednn(y, h, false, w, true);
                      onednn(dw, x, true, h, false);
                    }));
  }
  const double done = 3.0 * static_cast<double>(batch * features * hidden);
  // As plugins/encoders/vae/product.cpp chooses.
  const bool used = (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2;
  return {done, blas, dnnl, used};
}

VaeSeconds measure_vae(int batches, const ProductRates& rates) {
  at::NoGradGuard no_grad;
  VaeSeconds seconds;
  const train::LoadedData data = open_pictures(seconds.pictures);
  Trained one(data, 1), two(data, 2);
  Peer peer(data);
  const double most = 1e9;
  seconds.engine = seconds.two_threads = most;
  for (int round = 0; round < 5; ++round) {  // by turns, so a busy machine disturbs all alike
    seconds.engine = std::min(seconds.engine, fastest(1, [&] { one.run(batches); }));
    seconds.two_threads = std::min(seconds.two_threads, fastest(1, [&] { two.run(batches); }));
  }
  // By itself: what autograd allocates and frees would leave its traces in the times of the others.
  seconds.peer = fastest(5, [&] { peer.run(batches); });
  if (one.loss() != two.loss()) {
    throw Error(ErrorCode::internal, "the VAE's loss depends on the number of threads");
  }
  constexpr double epoch = 469;
  for (double* s : {&seconds.engine, &seconds.two_threads, &seconds.peer}) *s *= epoch / batches;
  const double best_rate = rates.multiply_adds / std::min(rates.openblas, rates.onednn);
  seconds.products = epoch * products_of_step(data.spec.features()) / best_rate;
  return seconds;
}

}  // namespace bench
