// SPDX-License-Identifier: MIT
// What belongs to the whole process must be left as it was found.
#include "check/trial.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/DefaultDtype.h>

#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace glia::check {
namespace {

/// All that a plugin does in a training step and afterwards.
void work(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const bool learns = !trial.encoder() || trial.encoder()->trainable();
  at::Tensor y =
      trial.is_step() || !learns ? trial.forward(trial.rows(4)).sum() : trial.loss(trial.rows(4));
  trial.forward(trial.rows(4), false);
  if (y.requires_grad()) y.backward();
}

/// The same for whatever LibTorch sets up when it is used for the first time.
void warm_up() {
  const at::Tensor w = at::ones({2, 2}).set_requires_grad(true);
  at::linear(at::ones({2, 2}), w).sum().backward();
}

/// Fails if `state` differs before and after the plugin's work.
template <class State>
void unchanged(const Subject& s, State state, const char* what) {
  warm_up();
  const auto before = state();
  work(s);
  expect(state() == before, what);
}

void random(const Subject& s) {
  warm_up();
  const auto state = [] {
    return at::globalContext().defaultGenerator(at::kCPU).get_state().clone();
  };
  const at::Tensor before = state();
  work(s);
  expect(at::equal(state(), before),
         "it draws from LibTorch's global generator (at::rand, dropout, ...)\nuse context.random, "
         "a glia::RandomStream");
}

void thread_counts(const Subject& s) {
  unchanged(
      s, [] { return at::get_num_threads(); },
      "it changes LibTorch's number of threads (at::set_num_threads)");
}

void grad_mode(const Subject& s) {
  unchanged(
      s, [] { return at::GradMode::is_enabled(); },
      "it leaves gradients switched off\nuse at::NoGradGuard, which switches them on again");
}

void default_dtype(const Subject& s) {
  unchanged(
      s, [] { return c10::get_default_dtype() == caffe2::TypeMeta::Make<double>(); },
      "it changes LibTorch's default type of numbers");
}

void rounding(const Subject& s) {
  // Denormals flushed to zero show in a sum that is one otherwise.
  unchanged(
      s,
      [] {
        volatile float tiny = 1e-40f;
        return std::pair(std::fegetround(), tiny * 2.0f > 0);
      },
      "it changes how the processor rounds, or what it does with denormal numbers");
}

void locale(const Subject& s) {
  unchanged(
      s, [] { return std::string(std::setlocale(LC_ALL, nullptr)); },
      "it changes the locale: numbers in files are then read and written with a decimal comma");
}

void folder(const Subject& s) {
  unchanged(
      s, [] { return std::filesystem::current_path(); }, "it changes the working folder");
}

void output(const Subject& s) {
  const auto text = output_of([&] { work(s); });
  expect(text.empty(), "prints while it works: " + text.substr(0, 200));
}

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

void files(const Subject& s) {
  warm_up();
  work(s);  // the first use may open something for good
  const auto before = open_files();
  for (int i = 0; i < 5; ++i) work(s);
  const auto more = open_files() - before;
  expect(more <= 0, "five uses leave " + std::to_string(more) + " files open");
}

/// Megabytes of this process in memory.
double resident() {
  std::ifstream statm("/proc/self/statm");
  long all = 0, resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void memory(const Subject& s) {
  for (int i = 0; i < 20; ++i) work(s);
  const double before = resident();
  for (int i = 0; i < 200; ++i) work(s);
  const double grown = resident() - before;
  expect(grown < 8, "200 uses take " + text_of(grown) + " MB that are not given back");
}

}  // namespace

std::vector<Check> hygiene_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"hygiene-random",
       "The global generator is shared by all threads: what is drawn from it is never the same "
       "twice.",
       error, plugin, networks, random},
      {"hygiene-threads",
       "The number of threads is the program's budget, shared by all runs on the machine.", error,
       plugin, networks, thread_counts},
      {"hygiene-grad-mode", "With gradients off, whoever comes next learns nothing.", error, plugin,
       networks, grad_mode, true},
      {"hygiene-default-dtype", "The default type decides what others' new tensors are made of.",
       error, plugin, networks, default_dtype},
      {"hygiene-rounding",
       "The processor's modes belong to the thread and change the bits of everybody's sums.", error,
       plugin, networks, rounding, true},
      {"hygiene-locale", "The locale belongs to the process and changes how numbers are written.",
       error, plugin, networks, locale},
      {"hygiene-folder", "Results are written to names relative to the working folder.", error,
       plugin, networks, folder},
      {"hygiene-output", "Results go to stdout: what a plugin prints there breaks scripts.", error,
       plugin, networks, output},
      {"hygiene-files", "A file left open in every batch ends the run after a thousand of them.",
       error, plugin, networks, files},
      {"hygiene-memory",
       "A training makes millions of calls: what leaks a little fills the machine.",
       Severity::warning, plugin, networks, memory},
  };
}

}  // namespace glia::check
