// SPDX-License-Identifier: MIT
// The engine beside plain LibTorch and beside what this machine can do, in one run on one thread.
// Prints the tables and writes the first one to the file that --json names.
#include "core/product_libraries.hpp"
#include "epoch.hpp"
#include "limits.hpp"
#include "lines.hpp"
#include "networks.hpp"
#include "plugin/registry.hpp"
#include "stacks.hpp"
#include "vae_epoch.hpp"

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace bench;
using namespace glia;

/// The epoch in PyTorch from Python, or 0 where python3-torch is not installed.
double pytorch_seconds(const std::string& network) {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    const std::string command =
        std::string(python) + " " GLIA_BENCH_DIR "/pytorch_peer.py " + network + " 2>/dev/null";
    std::FILE* out = popen(command.c_str(), "r");
    double seconds = 0;
    const bool read = out && std::fscanf(out, "%lf", &seconds) == 1;
    if (out) pclose(out);
    if (read) return seconds;
  }
  return 0;
}

Line train_epoch(const NetworkUnderTest& network, const Limits& machine) {
  Limits limits = without_core(machine);
  const Latents latents = make_latents(network.in, network.out);
  Epoch epoch(network, latents);
  constexpr int peer_batches = 100;
  double engine = 1e9, dense = 1e9, gathered = 1e9, looped = 1e9, two = 1e9, draws = 1e9;
  for (int round = 0; round < 5; ++round) {  // by turns, so a busy machine disturbs all alike
    measure_core(limits);
    looped = std::min(looped, fastest(4, [&] { epoch.run_loop(); }));
    engine = std::min(engine, fastest(4, [&] { epoch.run_graph(1); }));
    two = std::min(two, fastest(4, [&] { epoch.run_graph(2); }));
    draws = std::min(draws, fastest(4, [&] { epoch.draws_alone(); }));
    const double scale = static_cast<double>(epoch.batches()) / peer_batches;
    dense = std::min(dense,
                     scale * peer_seconds(network, latents, PeerStyle::masked_dense, peer_batches));
    gathered = std::min(
        gathered, scale * peer_seconds(network, latents, PeerStyle::gather_index, peer_batches));
  }
  // People train these networks in PyTorch from Python; LibTorch from C++ stands in without it.
  const double libtorch = std::min(dense, gathered), pytorch = pytorch_seconds(network.name);
  const Line line{"train_epoch/" + network.name,
                  engine,
                  pytorch > 0 ? pytorch : libtorch,
                  arithmetic(network, limits, 60000, true),
                  libtorch,
                  pytorch};
  print(line);
  std::printf("    peer: %s; against LibTorch from C++ %.1f x\n",
              pytorch > 0 ? "PyTorch from Python" : "LibTorch from C++", libtorch / engine);
  std::printf(
      "    LibTorch: masked dense %s, gather-index %s; engine: plain loop %s, graph/loop "
      "%.3f, two threads %.2f x one, draws alone %s\n",
      time_text(dense).c_str(), time_text(gathered).c_str(), time_text(looped).c_str(),
      engine / looped, engine / two, time_text(draws).c_str());
  return line;
}

/// Forward passes of `samples` rows, as they lie in tiles.
double inference_seconds(const NetworkUnderTest& network, std::int64_t samples, int repeats) {
  ParameterSet parameters(1, "bench");
  const wave::Network built(network.in, network.steps, parameters);
  std::vector<float> flat;
  for (const auto& [name, p] : parameters.all()) {
    flat.insert(flat.end(), p.data_ptr<float>(), p.data_ptr<float>() + p.numel());
  }
  const wave::Scorer scorer(built.program(), flat);
  const wave::TileMemory memory = scorer.make_memory();
  const std::int64_t tiles = (samples + wave::tile_samples - 1) / wave::tile_samples;
  wave::Memory<float> rows(tiles * network.in * wave::tile_samples, 0.5f);
  float sink = 0;
  const double seconds = fastest(repeats > 1 ? 30 : 200, [&] {
    for (int i = 0; i < repeats; ++i) {
      for (std::int64_t t = 0; t < tiles; ++t) {
        const std::int64_t some = std::min(wave::tile_samples, samples - t * wave::tile_samples);
        sink +=
            *scorer.forward(rows.data() + t * network.in * wave::tile_samples, t, some, {}, memory);
      }
    }
  });
  return seconds / repeats + 0 * static_cast<double>(sink);
}

double peer_inference(const NetworkUnderTest& network, std::int64_t samples) {
  at::NoGradGuard no_grad;
  ParameterSet parameters(1, "bench");
  const at::Tensor x = at::rand({samples, network.in});
  std::vector<at::Tensor> weights;
  std::int64_t width = network.in;
  for (const auto& step : network.steps) {
    if (!step.layer) continue;
    const std::int64_t out = step.layer->out_width(width);
    weights.push_back(at::rand({out, width}));
    width = out;
  }
  return fastest(30, [&] {
    at::Tensor y = x;
    std::size_t next = 0;
    for (const auto& step : network.steps) {
      y = step.layer                                           ? at::mm(y, weights[next++].t())
          : step.activation.kernel == FusedActivation::softmax ? at::softmax(y, 1)
                                                               : at::elu(y);
    }
  });
}

Line inference(const NetworkUnderTest& network, Limits limits, std::int64_t samples) {
  measure_core(limits = without_core(limits));
  const int repeats = static_cast<int>(std::max<std::int64_t>(1, 4096 / samples));
  const double seconds = inference_seconds(network, samples, repeats);
  measure_core(limits);
  // The engine works on whole vectors of samples, so the limit of one sample is that of one vector.
  const double bytes = static_cast<double>(samples * (network.in + network.out)) * sizeof(float);
  const double limit = std::max(
      arithmetic(network, limits, static_cast<double>(std::max<std::int64_t>(samples, 16)), false),
      bytes / limits.bandwidth);
  const Line line{"inference/" + std::to_string(samples), seconds, peer_inference(network, samples),
                  limit};
  print(line);
  return line;
}

/// Compiled networks: multiply-adds alone are the limit. Their peer is the dense network itself, in
/// LibTorch.
std::vector<Line> compiled_lines(Limits limits) {
  constexpr std::int64_t samples = wave::tile_samples;  // milliseconds: others interrupt few
  at::NoGradGuard no_grad;
  const at::Tensor x = at::rand({samples, 20}), a = at::rand({20, 128}), b = at::rand({128, 10});
  const double dense = fastest(30, [&] { at::mm(at::relu(at::mm(x, a)), b); });
  std::vector<Line> lines;
  for (const bool strict : {false, true}) {
    const NetworkUnderTest network = compiled(strict);
    measure_core(limits = without_core(limits));
    const double seconds = inference_seconds(network, samples, 1);
    measure_core(limits);
    const double limit = static_cast<double>(samples * network.taps()) / limits.multiply_adds;
    lines.push_back({"inference/" + network.name, seconds, dense, limit});
    print(lines.back());
  }
  return lines;
}

/// Of which there is no time to compare with: what one core of this machine does a second.
std::vector<Line> machine_lines(const Limits& limits) {
  std::vector<Line> lines;
  const auto add = [&](const char* name, double rate) {
    const double seconds = 1e9 / rate;
    lines.push_back({std::string("machine/") + name, seconds, seconds, seconds});
    lines.back().rate = rate;
  };
  add("multiply_adds", limits.multiply_adds);
  add("exponentials", limits.exponentials);
  add("normals", limits.normals);
  add("memory", limits.bandwidth);
  return lines;
}

/// The VAE's epoch on one thread and on two, and the products of the machine that it stands on.
std::vector<Line> vae_lines(const Limits& limits) {
  const ProductRates rates = measure_products();
  const VaeSeconds vae = measure_vae(120, rates);
  const double at_core_rate = rates.multiply_adds / limits.multiply_adds;
  std::vector<Line> lines{{"vae_epoch", vae.engine, vae.peer, vae.products},
                          {"vae_epoch/2_threads", vae.two_threads, vae.engine, vae.products / 2},
                          {"machine/product_openblas", rates.openblas, rates.onednn, at_core_rate},
                          {"machine/product_onednn", rates.onednn, rates.openblas, at_core_rate}};
  lines.push_back(lines[rates.vae_uses_onednn ? 3 : 2]);
  lines.back().name = "machine/product_used";
  for (std::size_t k = 2; k < lines.size(); ++k) {
    lines[k].rate = rates.multiply_adds / lines[k].seconds;
  }
  for (const Line& line : lines) print(line);
  std::printf(
      "    pictures: %s; limit: the dense matrix products alone, at the better of %.1f (OpenBLAS "
      "%s)\n    and %.1f G multiply-adds/s (oneDNN)\n",
      vae.pictures, 1e-9 * rates.multiply_adds / rates.openblas,
      product_libraries()["OpenBLAS"].c_str(), 1e-9 * rates.multiply_adds / rates.onednn);
  return lines;
}

/// What an activation costs a training: the talk's network with it, epochs of samples that are
/// there. "own code" runs the plugin instead of the engine's kernel.
void responses() {
  const auto& catalog = plugin::load_plugins({});
  const Latents latents = make_latents(20, 10);
  std::printf("\nActivations, the talk's network, training:\n");
  struct Row {
    std::string name;
    std::unique_ptr<Epoch> epoch;
    double seconds = 1e9;
  };
  std::vector<Row> rows;
  const auto row = [&](const std::string& name, const wave::ActivationOp& op) {
    rows.push_back({name, std::make_unique<Epoch>(talk(name.c_str(), op), latents)});
  };
  const auto made = [&](const char* id, const ValueMap& values) {
    return wave::ActivationOp(std::shared_ptr<const Activation>(
        catalog.find(PluginKind::activation, id)->descriptor->make_activation(values)));
  };
  row("tanh", FusedActivation::tanh);
  for (const char* id : {"tanh", "elu"}) {
    wave::ActivationOp own = made(id, {});
    own.kernel = FusedActivation::none;
    row(std::string(id) + ", own code", own);
  }
  for (const char* id : {"silu", "gelu", "hill"}) row(id, made(id, {}));
  for (const char* scope : {"row", "cell"}) {
    row(std::string("hill, trained per ") + scope, made("hill", {{"trained", std::string(scope)}}));
  }
  for (int round = 0; round < 6; ++round) {  // by turns, so a busy machine disturbs all alike
    for (Row& r : rows) {
      r.seconds = std::min(r.seconds, fastest(4, [&] { r.epoch->run_loop(); }));
    }
  }
  for (const Row& r : rows) {
    std::printf("  %-24s %12s %12.0f samples/s   %5.2f of tanh's speed\n", r.name.c_str(),
                time_text(r.seconds).c_str(), 60000 / r.seconds, rows[0].seconds / r.seconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  const std::string only = argc > 1 ? argv[1] : "";
  if (only == "--activations") return responses(), 0;
  const graph::ThreadBudget budget(2);
  std::printf("Measuring what one core of this machine can do ...\n");
  const Limits limits = measure_limits();
  std::printf(
      "  %.1f G multiply-adds/s in registers, %.1f in LibTorch's 1024-wide product\n"
      "  %.2f G exponentials/s, %.2f G normals/s in the first cache; memory %.1f GB/s\n\n",
      limits.multiply_adds * 1e-9, limits.sgemm * 1e-9, limits.exponentials * 1e-9,
      limits.normals * 1e-9, limits.bandwidth * 1e-9);
  std::printf("%-24s %12s %14s %12s\n", "one thread", "glia", "peer", "limit");
  std::vector<Line> lines;
  if (only == "--stacks") return measure_stacks(limits), 0;
  if (only == "--vae") return vae_lines(limits), 0;
  if (only == "--compiled") return compiled_lines(limits), 0;
  if (only == "--batches" || only == "--parts") {
    for (const auto& n : {published(), talk(), best_large()}) {
      if (argc > 2 && n.name != argv[2]) continue;
      only == "--parts" ? print_parts(n, limits) : static_cast<void>(small_batches(n, limits));
    }
    return 0;
  }
  for (const auto& n : {published(), talk(), best_large()}) lines.push_back(train_epoch(n, limits));
  lines.push_back(small_batches(talk(), limits));
  for (const Line& line : vae_lines(limits)) lines.push_back(line);
  for (const Line& line : machine_lines(limits)) lines.push_back(line);
  for (const std::int64_t samples : {1, 4096}) {
    lines.push_back(inference(published(), limits, samples));
  }
  for (const Line& line : compiled_lines(limits)) lines.push_back(line);
  responses();
  measure_stacks(limits);
  if (argc > 2 && only == "--json") {
    auto json = nlohmann::ordered_json::array();
    for (const Line& line : lines) {
      json.push_back({{"name", line.name},
                      {"seconds", line.seconds},
                      {"peer_seconds", line.peer_seconds},
                      {"limit_seconds", line.limit_seconds}});
      if (line.libtorch_seconds > 0) json.back()["libtorch_seconds"] = line.libtorch_seconds;
      if (line.pytorch_seconds > 0) json.back()["pytorch_seconds"] = line.pytorch_seconds;
      if (line.rate > 0) json.back()["per_second"] = line.rate;
    }
    std::ofstream(argv[2]) << json.dump(2) << '\n';
  }
}
