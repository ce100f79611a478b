// SPDX-License-Identifier: MIT
// What a layer, encoder or head makes of a batch: shapes, types, samples that do not mix.
#include "check/trial.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <limits>
#include <sstream>

namespace glia::check {
namespace {

std::string shape_text(const at::Tensor& t) {
  std::ostringstream text;
  text << t.sizes();
  return text.str();
}

void shape(const Subject& s) {
  for (const std::int64_t width : widths_near(*s.descriptor, {5, 12, 16, 33})) {
    const Trial trial(*s.descriptor, {.width = width, .seed = s.seed});
    const at::Tensor y = trial.forward(trial.rows(4));
    expect(y.defined(), fmt::format("a row of {} cells gives no tensor at all", width));
    const bool right = y.dim() == 2 && y.size(0) == 4;
    std::int64_t wanted = trial.out();
    if (trial.encoder() && y.dim() == 2 && y.size(1) == 2 * wanted) wanted *= 2;  // with variance
    expect(right && (trial.head() || y.size(1) == wanted),
           fmt::format("4 rows of {} cells give a tensor of shape {} instead of [4, {}]", width,
                       shape_text(y), trial.head() ? std::string("k") : std::to_string(wanted)));
  }
}

void dtype(const Subject& s) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    const Trial trial(*s.descriptor, {.dtype = type, .seed = s.seed});
    const at::Tensor y = trial.forward(trial.rows(3));
    expect(y.scalar_type() == type,
           fmt::format("a row of type {} gives an answer of type {}", c10::toString(type),
                       c10::toString(y.scalar_type())));
    expect(y.device().is_cpu(), "a row on the processor gives an answer on another device");
  }
}

void odd_batches(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  for (const std::int64_t batch : {1, 2, 3, 17, 0}) {
    const at::Tensor y = trial.forward(trial.rows(batch));
    expect(y.dim() == 2 && y.size(0) == batch,
           fmt::format("a batch of {} rows gives a tensor of shape {}", batch, shape_text(y)));
  }
}

/// Whether random numbers go into the answer: then samples may not be compared across batches.
bool draws(const Trial& trial, const at::Tensor& x, bool training) {
  return !same_bits(trial.forward(x, training, 0), trial.forward(x, training, 1));
}

/// An answer that is free of noise: of testing if training adds some.
at::Tensor quiet(const Trial& trial, const at::Tensor& x) {
  for (const bool training : {true, false}) {
    if (!draws(trial, x, training)) return trial.forward(x, training);
  }
  throw Skip{"it adds noise in training and in testing"};
}

void permutation(const Subject& s) {
  const Trial trial(*s.descriptor, {.dtype = at::kDouble, .seed = s.seed});
  const at::Tensor x = trial.rows(6);
  const at::Tensor order = at::tensor({3, 0, 5, 1, 4, 2}, at::kLong);
  const at::Tensor plain = quiet(trial, x).index_select(0, order);
  const at::Tensor permuted = quiet(trial, x.index_select(0, order));
  const double d = difference(plain, permuted);
  expect(d < 1e-9, "the answers to the same rows in another order differ by " + text_of(d));
}

void independence(const Subject& s) {
  const Trial trial(*s.descriptor, {.dtype = at::kDouble, .seed = s.seed});
  const at::Tensor x = trial.rows(7);
  const at::Tensor whole = quiet(trial, x);
  const double d = difference(whole.narrow(0, 0, 3), quiet(trial, x.narrow(0, 0, 3)));
  expect(d < 1e-9,
         fmt::format(
             "the answer to the first 3 of 7 rows changes by {} when the other rows are left out",
             text_of(d)));
}

struct Hard {
  const char* name;
  at::Tensor rows;
};

std::vector<Hard> hard_inputs(const Trial& trial) {
  const at::Tensor x = trial.rows(3);
  const double tiny = std::numeric_limits<float>::denorm_min();
  std::vector<Hard> all{{"zeros", at::zeros_like(x)},
                        {"ones", at::ones_like(x)},
                        {"denormal numbers", at::full_like(x, tiny)}};
  if (!trial.encoder()) {  // the inputs of encoders are in [0, 1]
    all.push_back({"numbers of about 10000", x * 1e4});
    all.push_back({"negative numbers", -x.abs()});
  }
  return all;
}

void finite(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  for (const auto& hard : hard_inputs(trial)) {
    const at::Tensor y = trial.forward(hard.rows);
    expect(at::isfinite(y).all().item<bool>(),
           std::string(hard.name) + " give an answer with NaN or infinity");
  }
}

void seed(const Subject& s) {
  const auto answer = [&] {
    const Trial trial(*s.descriptor, {.seed = s.seed});
    return trial.forward(trial.rows(5), true, 3);
  };
  expect(same_bits(answer(), answer()),
         "two instances with the same seed, rows and message number answer differently\ndraw from "
         "context.random, and let the ParameterSet draw what parameters start with");
}

void repeat(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const at::Tensor x = trial.rows(5);
  const at::Tensor first = trial.forward(x, true, 3).clone();
  for (int i = 1; i <= 3; ++i) {
    trial.forward(trial.rows(2, 9), true, 4);
    expect(same_bits(first, trial.forward(x, true, 3)),
           fmt::format("call {} of one instance with the first call's rows and message number "
                       "answers differently",
                       2 * i + 1));
  }
}

void strides(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const at::Tensor x = trial.rows(6);
  const at::Tensor strided = x.t().contiguous().t();  // the same numbers, columns first
  const double d = difference(trial.forward(x), trial.forward(strided));
  expect(d < 1e-5, fmt::format("rows that lie column by column in memory give another answer: by "
                               "{}\nrow.contiguous() makes a plain copy where one is needed",
                               text_of(d)));
}

void input(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const at::Tensor x = trial.rows(5);
  const at::Tensor before = x.clone();
  at::NoGradGuard no_grad;  // with gradients LibTorch itself refuses some of this
  trial.forward(x);
  expect(same_bits(x, before), "the rows that it hears are changed in place");
}

void narrow(const Subject& s) {
  for (const std::int64_t width : {1, 2, 3, 4}) {
    const std::string row = fmt::format("a row of {} cells: ", width);
    try {
      if (!takes(*s.descriptor, width)) continue;
      const Trial trial(*s.descriptor, {.width = width, .seed = s.seed});
      trial.forward(trial.rows(2));
    } catch (const Error& e) {
      throw Failure{fmt::format("{}is taken and then refused: {}", row, e.message())};
    } catch (const std::exception& e) {
      const std::string text = e.what();
      throw Failure{
          fmt::format("{}is refused with a mere exception: {}\nthrow "
                      "glia::Error(glia::ErrorCode::shape, ...) from out_width",
                      row, text.substr(0, text.find('\n')))};
    }
  }
}

}  // namespace

std::vector<Check> numeric_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"numeric-shape", "The next layer is built for the width that this one announces.", error,
       plugin, networks, shape, true},
      {"numeric-narrow",
       "A row that is too narrow is a mistake of the pipeline file, and has to be told in words.",
       error, plugin, networks, narrow},
      {"numeric-dtype",
       "A layer that changes the type of numbers breaks the next one, or makes it slow.", error,
       plugin, networks, dtype, true},
      {"numeric-batches",
       "The last batch of an epoch has whatever number of samples is left, down to one.", error,
       plugin, networks, odd_batches, true},
      {"numeric-input",
       "Several readers hear the same rows: whoever changes them changes them for all.", error,
       plugin, networks, input, true},
      {"numeric-repeat",
       "An instance that remembers earlier batches gives other numbers when a run is resumed.",
       error, plugin, networks, repeat, true},
  };
}

std::vector<Check> sample_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"numeric-permutation", "Samples are shuffled: their place in the batch must not count.",
       error, plugin, networks, permutation},
      {"numeric-independence",
       "A sample's answer must not depend on who else is in the batch, or the test score depends "
       "on "
       "the batch size.",
       error, plugin, networks, independence},
      {"numeric-finite", "One NaN anywhere ends a training of hours.", error, plugin, networks,
       finite},
      {"numeric-seed", "The same seed gives the same numbers, to the bit.", error, plugin, networks,
       seed},
      {"numeric-strides",
       "Rows come as slices and transposed views of other tensors, not only as plain memory.",
       error, plugin, networks, strides},
  };
}

}  // namespace glia::check
