// SPDX-License-Identifier: MIT
// Every backend is the same function, with the same gradients and the same chance.
#include "wave/backend.hpp"

#include "catch.hpp"
#include "cell_responses.hpp"
#include "random_programs.hpp"
#include "wave/network.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>

using namespace wave_test;

namespace {

double size(const at::Tensor& t) { return 1 + t.abs().max().item<double>(); }

/// Both backends on one program: answers and gradients, where the torch backend runs on `device`.
void compare(const Case& c, RandomStream& random, const ForwardContext& context, std::int64_t batch,
             const c10::Device& device) {
  std::vector<at::Tensor> inputs = {normal(random, {batch, c.program->in()})};
  inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
  for (at::Tensor& t : inputs) t.requires_grad_(true);
  const std::vector<at::Tensor> parameters(inputs.begin() + 1, inputs.end());
  std::vector<at::Tensor> there;
  for (const auto& t : inputs) there.push_back(t.detach().to(device).requires_grad_(true));
  const std::vector<at::Tensor> parameters_there(there.begin() + 1, there.end());
  const at::Tensor y = wave::backend("vector").run(c.program, inputs[0], parameters, context);
  const at::Tensor z = wave::backend("torch").run(c.program, there[0], parameters_there, context);
  REQUIRE(z.device() == device);
  CHECK(difference(y, z.to(at::kCPU)) < 1e-11 * size(y));
  const at::Tensor direction = normal(random, {batch, c.program->out()});
  const auto ours = torch::autograd::grad({y}, inputs, {direction}, true, false, true);
  const auto theirs = torch::autograd::grad({z}, there, {direction.to(device)}, true, false, true);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    INFO("gradient " << i);
    if (!theirs[i].defined()) continue;  // no path in LibTorch's graph: zero
    CHECK(difference(ours[i], theirs[i].to(at::kCPU)) < 1e-10 * size(ours[i]));
  }
}

/// What a GPU did besides the processor stands in the output: most machines have none.
void tell(const c10::Device& device, const char* what) {
  if (device.is_cuda()) WARN("on " << device.str() << ": " << what);
}

/// A random program, with responses of plugins between its steps.
std::vector<Op> with_responses(std::vector<Op> ops, RandomStream& random) {
  const CellScope scopes[] = {CellScope::fixed, CellScope::row, CellScope::cell};
  std::vector<Op> all;
  std::vector<std::size_t> place;  // of each old op, for those that refer to it
  for (Op& op : ops) {
    if (auto* step = std::get_if<StencilOp>(&op); step && step->shares) {
      step->shares = place[*step->shares];
    }
    const auto move = [&](std::size_t& row) { row = row == 0 ? 0 : place[row - 1] + 1; };
    if (auto* skip = std::get_if<wave::SkipOp>(&op)) move(skip->row);
    if (auto* inject = std::get_if<wave::InjectOp>(&op)) move(inject->row);
    if (auto* collect = std::get_if<wave::CollectOp>(&op)) {
      for (std::size_t& row : collect->rows) move(row);
    }
    all.push_back(std::move(op));
    place.push_back(all.size() - 1);
    if (random.below(3) == 0) {
      all.emplace_back(
          wave::ActivationOp(gained(scopes[random.below(3)], scopes[random.below(3)])));
    }
  }
  return all;
}

std::vector<c10::Device> devices() {
  std::vector<c10::Device> all{c10::Device("cpu")};
  try {
    all.push_back(wave::parse_device("cuda"));
  } catch (const Error&) {  // most machines have none
  }
  return all;
}

std::string message_of(const std::string& device) {
  try {
    wave::parse_device(device);
  } catch (const Error& e) {
    return e.message();
  }
  return "no error";
}

}  // namespace

TEST_CASE("random programs and their gradients agree on all backends") {
  for (const auto& device : devices()) {
    for (std::uint64_t number = 0; number < 200; ++number) {
      RandomStream random(51, "backend", number);
      const RandomProgram made(random);
      const Case c(made.in, with_responses(made.ops, random), random);
      RandomStream draws(3, "draws", number);
      const std::int64_t batch = 1 + static_cast<std::int64_t>(random.below(140));
      INFO("program " << number << ", batch " << batch << ", on " << device.str());
      compare(c, random, {number % 3 != 0, &draws}, batch, device);
    }
    tell(device, "200 random programs, values and gradients");
  }
}

TEST_CASE("stencils too large for a matrix gather what they hear, with the same answers") {
  // 2100 x 2100 weights are more than a matrix may have; two of its cells hear less than others.
  RandomStream random(52, "backend", 0);
  for (const auto& device : devices()) {
    for (const Bias bias : biases) {
      INFO(name(bias) << " on " << device.str());
      const Case c(2100, {StencilOp{travels[0].over(2100, Boundary::open), bias, {}, {}}}, random);
      compare(c, random, {}, 3, device);
    }
    tell(device, "stencils that gather");
  }
}

TEST_CASE("a program that runs again on a device gives the same bits") {
  for (const auto& device : devices()) {
    for (const std::int64_t width : {40, 2100}) {  // as a matrix, and gathering
      RandomStream random(54, "backend", 0);
      const StencilOp step{travels[0].over(width, Boundary::ring), Bias::compounding, {}, {}};
      const Case c(width, {step, FusedActivation::elu, step}, random);
      std::vector<at::Tensor> there;
      for (const auto& p : c.parameters_as(at::kFloat)) {
        there.push_back(p.to(device).requires_grad_(true));
      }
      const at::Tensor x = normal(random, {130, width}).to(at::kFloat).to(device);
      const auto gradients = [&] {
        at::Tensor row = x.detach().requires_grad_(true);
        auto inputs = there;
        inputs.push_back(row);
        const at::Tensor y = wave::backend("torch").run(c.program, row, there, {});
        auto found = torch::autograd::grad({y.square().sum()}, inputs);
        found.push_back(y.detach());
        return found;
      };
      const auto once = gradients(), again = gradients();
      for (std::size_t i = 0; i < once.size(); ++i) {
        INFO(width << " cells on " << device.str() << ", tensor " << i);
        CHECK(at::equal(once[i], again[i]));
      }
    }
    tell(device, "the same bits again");
  }
}

TEST_CASE("backends draw the same noise and drop the same cells, to the bit") {
  RandomStream draws(3, "draws", 0);
  for (const auto& device : devices()) {
    for (const auto type : {at::kDouble, at::kFloat}) {
      for (const auto kind : {Disturbance::Kind::noise, Disturbance::Kind::drop}) {
        const auto program =
            std::make_shared<Program>(7, std::vector<Op>{wave::DisturbOp{{kind, 0.25}, 0, 9}});
        const at::Tensor x = at::zeros({300, 7}, type) + (kind == Disturbance::Kind::drop ? 3 : 0);
        const ForwardContext context{true, &draws};
        const at::Tensor drawn = wave::backend("torch").run(program, x.to(device), {}, context);
        CHECK(drawn.device() == device);
        CHECK(at::equal(wave::backend("vector").run(program, x, {}, context), drawn.cpu()));
      }
    }
    tell(device, "draws of noise and drop");
  }
}

TEST_CASE("a network runs on whichever backend it is given") {
  ParameterSet parameters(1, "test", at::kDouble);
  const auto layer = std::make_shared<TravelLayer>(travels[0], Bias::compounding);
  const wave::Network network(6,
                              {{.name = "slide", .layer = layer},
                               {.name = "elu", .activation = FusedActivation::elu},
                               {.name = "slide", .layer = layer}},
                              parameters);
  RandomStream random(53, "backend", 0);
  const at::Tensor x = normal(random, {9, 6});
  const at::Tensor expected = network.forward(x, {});
  REQUIRE(network.program());
  for (const auto& device : devices()) {
    std::vector<at::Tensor> here;
    for (const auto& [name, p] : parameters.all()) here.push_back(p.to(device));
    const at::Tensor y = wave::backend("torch").run(network.program(), x.to(device), here, {});
    CHECK(y.device() == device);
    CHECK(difference(y.to(at::kCPU), expected) < 1e-12);
    wave::Network there = network;  // parameters stay on the processor, whatever computes
    there.run_by(wave::backend("torch"), device);
    const at::Tensor z = there.forward(x, {});
    CHECK(z.is_cpu());
    CHECK(difference(z, expected) < 1e-12);
    std::vector<at::Tensor> own;
    for (const auto& [name, p] : parameters.all()) own.push_back(p);
    const auto ours = torch::autograd::grad({network.forward(x, {}).sum()}, own);
    const auto theirs = torch::autograd::grad({z.sum()}, own);
    for (std::size_t i = 0; i < own.size(); ++i) {
      CHECK(theirs[i].is_cpu());
      CHECK(difference(ours[i], theirs[i]) < 1e-11);
    }
    tell(device, "a network whose parameters stay on the processor");
  }
}

TEST_CASE("backends and devices are found by name, or said not to be there") {
  CHECK(wave::backend_names() == std::vector<std::string>{"torch", "vector"});
  try {
    wave::backend("vectr");
    FAIL("there is no such backend");
  } catch (const Error& e) {
    CHECK(e.message() == "there is no backend 'vectr'");
    CHECK(e.hint() == "did you mean 'vector'?");
  }
  CHECK(wave::parse_device("cpu") == c10::Device("cpu"));
  CHECK(message_of("cuba") == "device \"cuba\": LibTorch knows no such device");
  if (devices().size() == 1) {
    CHECK(message_of("cuda") ==
          "device \"cuda\": this machine has none, or this LibTorch was built without it");
    CHECK(message_of("cuda:1") ==
          "device \"cuda:1\": this machine has none, or this LibTorch was built without it");
  } else {
    CHECK(message_of("cuda:99").find("counted from 0") != std::string::npos);
  }
}

TEST_CASE("workers that stand side by side compute on one GPU after the other") {
  const auto gpu = [](unsigned worker, const char* device, int count) {
    wave::prefer_gpu(worker);
    const c10::Device found = wave::device_among(device, count);
    wave::prefer_gpu(0);
    CHECK(found.is_cuda());
    return static_cast<int>(found.index());
  };
  CHECK(gpu(0, "cuda", 1) == 0);
  CHECK(gpu(5, "cuda", 1) == 0);
  const std::vector<int> expected{0, 1, 2, 0, 1, 2, 0};
  for (unsigned worker = 0; worker < expected.size(); ++worker) {
    CHECK(gpu(worker, "cuda", 3) == expected[worker]);
    CHECK(gpu(worker, "cuda:1", 3) == 1);  // who says a number gets it
  }
  wave::prefer_gpu(3);
  CHECK(wave::parse_device("cpu") == c10::Device("cpu"));
  wave::prefer_gpu(0);
  CHECK_THROWS_AS(wave::device_among("cuda:3", 3), Error);
  CHECK_THROWS_AS(wave::device_among("cuda", 0), Error);
}
