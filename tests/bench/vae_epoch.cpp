// SPDX-License-Identifier: MIT
#include "vae_epoch.hpp"

#include "limits.hpp"
#include "plugin/registry.hpp"
#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"
#include "train/samples.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/plugin.hpp>

#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

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

struct Vae {
  std::unique_ptr<Encoder> encoder;
  ParameterSet parameters{1, "latent"};
  std::vector<at::Tensor> tensors, gradients;

  explicit Vae(const SampleSpec& spec) {
    const auto& catalog = plugin::load_plugins({});
    encoder = catalog.find(PluginKind::encoder, "vae")
                  ->descriptor->make_encoder({{"z_features", z}, {"hidden", hidden}});
    encoder->build(spec, parameters);
    for (const auto& [name, p] : parameters.all()) {
      tensors.push_back(p);
      gradients.push_back(at::zeros_like(p.detach()));
    }
  }
};

/// The products of one step, at their shapes.
class Products {
 public:
  explicit Products(std::int64_t features)
      : x_(at::rand({batch, features})),
        w1_(at::rand({features, hidden})),
        w2_(at::rand({features, hidden})),
        code_(at::rand({z, hidden})),
        h_(at::rand({batch, hidden})),
        logits_(at::rand({batch, features})),
        row_(at::rand({batch, z})) {}

  void run() {
    at::mm_out(h_, x_, w1_);
    at::mm_out(row_, h_, code_.t());
    at::mm_out(row_, h_, code_.t());
    at::mm_out(h_, row_, code_);
    at::mm_out(logits_, h_, w2_.t());
    at::mm_out(w2_, logits_.t(), h_);
    at::mm_out(h_, logits_, w2_);
    at::mm_out(code_, row_.t(), h_);
    at::mm_out(row_, h_, code_.t());
    at::mm_out(code_, row_.t(), h_);
    at::mm_out(code_, row_.t(), h_);
    at::mm_out(h_, row_, code_);
    at::mm_out(h_, row_, code_);
    at::mm_out(w1_, x_.t(), h_);
    for (auto* t : {&w1_, &w2_, &code_, &h_, &logits_, &row_}) t->fill_(0.01);  // stay finite
  }

 private:
  at::Tensor x_, w1_, w2_, code_, h_, logits_, row_;
};

}  // namespace

VaeSeconds measure_vae(int batches) {
  at::NoGradGuard no_grad;
  VaeSeconds seconds;
  const train::LoadedData data = open_pictures(seconds.pictures);
  const auto order = train::epoch_order(1, "bench", 0, data.size(Split::train));
  const auto inputs = [&](int b) {
    const auto samples = train::samples_of(order, static_cast<std::uint64_t>(b), batch);
    return train::read_batch(data, Split::train, train::indices_of(samples)).inputs;
  };

  Vae engine(data.spec), peer(data.spec);
  const train::FlatParameters flat(engine.parameters);
  const auto adam = train::make_optimizer({}, flat.values());
  torch::optim::Adam torch_adam(peer.tensors, torch::optim::AdamOptions(1e-3));
  Products products(data.spec.features());
  double sink = 0;
  const auto engine_run = [&] {
    for (int b = 0; b < batches; ++b) {
      RandomStream random(1, "latent/train", static_cast<std::uint64_t>(b));
      sink += engine.encoder->gradients(inputs(b), random, flat.gradients()).value();
      adam->step(1e-3, flat.gradient(), flat.values());
    }
  };
  const auto peer_run = [&] {
    at::AutoGradMode grad(true);
    for (int b = 0; b < batches; ++b) {
      RandomStream random(1, "latent/train", static_cast<std::uint64_t>(b));
      const at::Tensor loss = peer.encoder->loss(inputs(b), random);
      torch_adam.zero_grad();
      loss.backward();
      torch_adam.step();
      sink += loss.item<double>();
    }
  };
  const auto products_run = [&] {
    for (int b = 0; b < batches; ++b) products.run();
  };
  seconds = {1e9, 1e9, 1e9, seconds.pictures};
  for (int round = 0; round < 3; ++round) {  // by turns, so a busy machine disturbs all alike
    seconds.engine = std::min(seconds.engine, fastest(1, engine_run));
    seconds.products = std::min(seconds.products, fastest(1, products_run));
    seconds.peer = std::min(seconds.peer, fastest(1, peer_run));
  }
  const double scale = 469.0 / batches;
  return {seconds.engine * scale, seconds.peer * scale, seconds.products * scale, seconds.pictures};
}

}  // namespace bench
