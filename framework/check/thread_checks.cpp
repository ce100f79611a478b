// SPDX-License-Identifier: MIT
// The program runs instances in several threads at once, and in no fixed order.
#include "check/trial.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/error.hpp>

#include <atomic>
#include <exception>
#include <functional>
#include <thread>

namespace glia::check {
namespace {

constexpr int rounds = 200;

/// Runs all at once, each in a thread of its own, and throws what the first one threw.
void at_once(const std::vector<std::function<void()>>& works) {
  std::vector<std::exception_ptr> thrown(works.size());
  std::vector<std::thread> threads;
  std::atomic<std::size_t> ready = 0;
  for (std::size_t i = 0; i < works.size(); ++i) {
    threads.emplace_back([&, i] {
      ++ready;
      while (ready < works.size()) std::this_thread::yield();
      try {
        works[i]();
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& e : thrown) {
    if (e) std::rethrow_exception(e);
  }
}

/// Rows and what they gave when nobody else was running.
struct Serial {
  at::Tensor x, y;
  Serial(const Trial& trial, std::uint64_t message)
      : x(trial.rows(32, message)), y(trial.forward(x, false).clone()) {}

  void again(const Trial& trial) const {
    at::NoGradGuard no_grad;
    for (int i = 0; i < rounds; ++i) {
      expect(same_bits(trial.forward(x, false), y),
             "call " + std::to_string(i + 1) + " beside another thread answers differently");
    }
  }
};

void instances(const Subject& s) {
  const Trial a(*s.descriptor, {.seed = s.seed}), b(*s.descriptor, {.seed = s.seed + 1});
  const Serial of_a(a, 0), of_b(b, 1);
  at_once({[&] { of_a.again(a); }, [&] { of_b.again(b); }});
}

void shared(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const Serial first(trial, 0), second(trial, 1);
  at_once({[&] { first.again(trial); }, [&] { second.again(trial); }});
}

void destruction(const Subject& s) {
  for (const bool first_goes : {true, false}) {
    auto a = std::make_unique<Trial>(*s.descriptor, Setup{.seed = s.seed});
    auto b = std::make_unique<Trial>(*s.descriptor, Setup{.seed = s.seed + 1});
    auto& stays = first_goes ? b : a;
    const Serial before(*stays, 0);
    (first_goes ? a : b).reset();
    expect(same_bits(stays->forward(before.x, false), before.y),
           std::string("when the ") + (first_goes ? "first" : "second") +
               " of two instances is destroyed, the other answers differently");
  }
}

/// Other legal values than the defaults, or nothing.
std::optional<ValueMap> other_values(const Descriptor& d) {
  ValueMap values = plugin::example_values(d);
  bool changed = false;
  for (const auto& field : d.fields) {
    Value& value = values[field.name];
    const Value kept = value;
    for (const auto& choice : field.choices) {
      if (field.kind == FieldKind::text && Value(choice) != kept) value = choice;
    }
    if (auto* flag = std::get_if<bool>(&value)) *flag = !*flag;
    if (auto* number = std::get_if<double>(&value)) *number = *number * 0.5 + 0.25;
    if (!plugin::value_problem(field, value).empty() || !d.violations(values).empty()) value = kept;
    changed |= value != kept;
  }
  if (!changed) return std::nullopt;
  return values;
}

void configurations(const Subject& s) {
  const auto values = other_values(*s.descriptor);
  if (!values) throw Skip{"there is no second set of values to try"};
  const Trial usual(*s.descriptor, {.seed = s.seed});
  const at::Tensor x = usual.rows(4);
  const at::Tensor before = usual.forward(x, false).clone();
  std::optional<Trial> other;
  try {
    other.emplace(*s.descriptor, Setup{.width = usual.in(), .seed = s.seed, .values = *values});
  } catch (const Error&) {  // what its own checks are for
    throw Unseen{"the second set of values makes no instance for such a row"};
  }
  expect(same_bits(usual.forward(x, false), before),
         "an instance answers differently once another one with other values has been made");
}

}  // namespace

std::vector<Check> thread_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"threads-instances",
       "Networks train side by side: two instances must not share a place to scribble.", error,
       plugin, networks, instances},
      {"threads-shared",
       "One instance answers several threads at once; forward must not change it.", error, plugin,
       networks, shared},
      {"threads-destruction",
       "Instances go in any order: none may free what another one still uses.", error, plugin,
       networks, destruction},
      {"threads-configurations",
       "A network uses one plugin with many settings: each instance must keep its own.", error,
       plugin, networks, configurations},
  };
}

}  // namespace glia::check
