// SPDX-License-Identifier: MIT
// Parts for sweeps to go wrong with: a data set made of nothing, an encoder that leaves a trace of
// being trained, and a layer that crashes, hangs, leaks, floods its log or throws when it is told
// to.
#include <glia/sdk/dataset.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/core/DefaultDtype.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cfenv>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <locale>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct DataConfig {
  std::int64_t samples = 32;
};

constexpr auto data_schema = glia::schema<DataConfig>(
    glia::field(&DataConfig::samples, "samples").at_least(2).doc("Of each split."));

/// Two classes of four numbers each, told apart by the first number.
class Toy final : public glia::Dataset {
 public:
  explicit Toy(DataConfig config) : config_(config) {}
  glia::SampleSpec spec() const override { return {{4}, 2, 0, {}}; }
  void open() override {}
  std::int64_t size(glia::Split) const override { return config_.samples; }
  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    for (std::size_t i = 0; i < indices.size(); ++i) {
      glia::RandomStream random(split == glia::Split::train ? 1 : 2, "toy",
                                static_cast<std::uint64_t>(indices[i]));
      random.uniform(inputs.subspan(4 * i, 4), 0, 1);
      labels[i] = inputs[4 * i] > 0.5f ? 1 : 0;
    }
  }

 private:
  DataConfig config_;
};

struct EncoderConfig {
  bool trained = false;
  std::string trace;
  std::int64_t delay = 0;
};

constexpr auto encoder_schema = glia::schema<EncoderConfig>(
    glia::field(&EncoderConfig::trained, "trained").doc("Whether there is anything to train."),
    glia::field(&EncoderConfig::trace, "trace").doc("File that gets a line for every training."),
    glia::field(&EncoderConfig::delay, "delay").at_least(0).unit("ms").doc("Of every batch."));

void leave_line(const std::string& file) {
  const int out = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0666);
  const std::string line = std::to_string(::getpid()) + '\n';
  if (::write(out, line.data(), line.size()) < 0) std::abort();
  ::close(out);
}

class Pass final : public glia::Encoder {
 public:
  explicit Pass(EncoderConfig config) : config_(std::move(config)) {}
  std::int64_t out_width(const glia::SampleSpec& in) const override { return in.features(); }
  void build(const glia::SampleSpec&, glia::ParameterSet& parameters) override {
    if (config_.trained) gain_ = parameters.add("gain", {1}, glia::Init::uniform(1));
  }
  glia::Latent encode(const at::Tensor& inputs) const override {
    return {config_.trained ? inputs * gain_ : inputs, {}};
  }
  bool trainable() const override { return config_.trained; }
  at::Tensor loss(const at::Tensor& inputs, glia::RandomStream&) const override {
    if (!config_.trace.empty() && !traced_) leave_line(config_.trace);
    traced_ = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(config_.delay));
    return ((inputs * gain_ - inputs) * (inputs * gain_ - inputs)).sum();
  }

 private:
  EncoderConfig config_;
  at::Tensor gain_;
  mutable bool traced_ = false;
};

struct TroubleConfig {
  std::string mode = "none";
  std::string leaves = "nothing";
  std::string once;
  double x = 0;
  std::int64_t delay = 0;
};

constexpr auto trouble_schema = glia::schema<TroubleConfig>(
    glia::field(&TroubleConfig::mode, "mode")
        .choices("none", "segfault", "abort", "exit", "throw", "throw_number", "hang", "leak",
                 "grab", "flood", "not_a_number", "terminate", "killed", "forge", "babble",
                 "listen")
        .doc("What goes wrong in the first training batch."),
    glia::field(&TroubleConfig::leaves, "leaves")
        .choices("nothing", "orphan", "daemon", "guest", "change", "close", "fork", "chdir",
                 "round", "denormals")
        .doc("What the first training batch leaves behind."),
    glia::field(&TroubleConfig::once, "once")
        .doc("File to make: with it there, nothing goes wrong."),
    glia::field(&TroubleConfig::x, "x").range(-10, 10).doc("A number for axes."),
    glia::field(&TroubleConfig::delay, "delay")
        .at_least(0)
        .unit("ms")
        .doc("Of every training batch."));

class Trouble final : public glia::WaveLayer {
 public:
  explicit Trouble(TroubleConfig config) : config_(std::move(config)) {}
  std::int64_t out_width(std::int64_t in) const override { return in; }
  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    weight_ = parameters.add("weight", {in}, glia::Init::uniform(1));
  }
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext& context) const override {
    if (context.training) {
      std::this_thread::sleep_for(std::chrono::milliseconds(config_.delay));
      if (config_.mode != "none" && !already()) go_wrong();
      if (config_.leaves != "nothing" && !left_) leave();
      if (config_.mode == "not_a_number") return row * std::nan("");
    }
    return row * weight_ + config_.x;
  }
  bool local() const override { return false; }

 private:
  bool already() const {
    if (config_.once.empty()) return false;
    if (::access(config_.once.c_str(), F_OK) == 0) return true;
    leave_line(config_.once);
    return false;
  }

  void go_wrong() const {
    const std::string& mode = config_.mode;
    if (mode == "segfault") ::raise(SIGSEGV);
    if (mode == "abort") std::abort();
    if (mode == "exit") ::_exit(7);
    if (mode == "throw") throw std::runtime_error("the calcium has run out");
    if (mode == "throw_number") throw 7;
    if (mode == "terminate") ::raise(SIGTERM);
    if (mode == "killed") ::raise(SIGKILL);
    if (mode == "forge") write_to_all(forged_end());
    if (mode == "babble") write_to_all("7");
    if (mode == "listen") {
      for (char c = 0; ::read(0, &c, 1) > 0;) continue;
    }
    while (mode == "hang") std::this_thread::sleep_for(std::chrono::seconds(1));
    while (mode == "leak") {  // slowly, and every page of it
      auto* bytes = new char[1 << 20];
      for (int i = 0; i < 1 << 20; i += 4096) bytes[i] = 1;
      leaked_.push_back(bytes);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (mode == "grab") throw std::bad_alloc();
    const std::string line(1000, 'x');
    while (mode == "flood") std::fprintf(stderr, "%s\n", line.c_str());
  }

  /// What a worker says at the end of the first trials, with numbers of its own.
  static std::string forged_end() {
    std::string text;
    for (int lease = 1; lease < 9; ++lease) {
      text +=
          "{\"kind\":5,\"lease\":" + std::to_string(lease) +
          ",\"busy\":false,\"spent\":false,\"outcome\":{\"trial\":" + std::to_string(lease - 1) +
          ",\"status\":\"ok\",\"heads\":{\"answer\":{\"test_accuracy\":1,\"test_loss\":0,"
          "\"collapsed\":false,\"json\":\"{}\",\"validation_accuracy\":null}},\"seconds\":0,"
          "\"error\":\"\",\"log\":\"\",\"command\":\"\",\"signal\":\"\",\"peak_memory\":0,"
          "\"attempt\":1,\"lease\":" +
          std::to_string(lease) + ",\"pid\":0,\"host\":\"\",\"started\":0}}\n";
    }
    return text;
  }

  /// To every pipe that is open, whosever it is.
  static void write_to_all(const std::string& text) {
    std::signal(SIGPIPE, SIG_IGN);  // nobody may listen to one that this process inherited
    for (int file = 3; file < 1024; ++file) {
      struct stat info {};
      if (::fstat(file, &info) != 0 || !S_ISFIFO(info.st_mode)) continue;
      if (::write(file, text.data(), text.size()) < 0) continue;  // one to read from
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }

  void leave() const {
    left_ = true;
    if (config_.leaves == "orphan") leave_orphan();
    if (config_.leaves == "daemon") leave_daemon();
    if (config_.leaves == "guest") leave_guest();
    if (config_.leaves == "change") change_process();
    if (config_.leaves == "close") {
      for (int file = 3; file < 1024; ++file) ::close(file);
    }
    if (config_.leaves == "chdir" && ::chdir("/") != 0) std::abort();
    if (config_.leaves == "round") std::fesetround(FE_UPWARD);
    if (config_.leaves == "denormals") at::globalContext().setFlushDenormal(true);
    if (config_.leaves == "fork" && ::fork() == 0) {
      ::sleep(100);
      ::_exit(0);
    }
  }

  /// A child that leaves the worker's process group, and then the worker breaks down.
  void leave_orphan() const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      leave_line(config_.once + ".orphan");
      ::sleep(100);
      ::_exit(0);
    }
    while (::access((config_.once + ".orphan").c_str(), F_OK) != 0) ::usleep(1000);
    ::raise(SIGSEGV);
  }

  /// A grandchild in a session of its own, whose parent has ended. None of an earlier trial may be
  /// there any more.
  void leave_daemon() const {
    const std::string file = config_.once + ".daemons";
    std::ifstream before(file);
    std::size_t count = 0;
    for (pid_t pid = 0; before >> pid; ++count) {
      if (::kill(pid, 0) == 0) throw std::runtime_error("what an earlier trial started is alive");
    }
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      if (::fork() != 0) ::_exit(0);
      std::ofstream(file, std::ios::app) << ::getpid() << std::endl;
      ::sleep(100);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    for (std::size_t now = 0; now <= count; ::usleep(1000)) {
      std::ifstream after(file);
      now = 0;
      for (std::string line; std::getline(after, line);) ++now;
    }
  }

  /// A thread that breaks the worker down when the trial is over, perhaps in the middle of another.
  static void leave_guest() {
    std::thread([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      ::raise(SIGSEGV);
    }).detach();
  }

  /// All that would change the numbers of whoever comes next, or end it.
  static void change_process() {
    struct Commas : std::numpunct<char> {
      char do_decimal_point() const override { return ','; }
    };
    std::fesetround(FE_UPWARD);
    std::locale::global(std::locale(std::locale(), new Commas));
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(at::kDouble));
    at::globalContext().setUserEnabledMkldnn(false);
    const itimerval soon{{0, 0}, {0, 300'000}};
    ::setitimer(ITIMER_REAL, &soon, nullptr);
    ::signal(SIGTERM, SIG_IGN);
    ::umask(0777);
    const rlimit none{16, 1024};
    ::setrlimit(RLIMIT_NOFILE, &none);
    ::close(0);
    if (::chdir("/") != 0) std::abort();
  }

  TroubleConfig config_;
  at::Tensor weight_;
  mutable std::vector<char*> leaked_;
  mutable bool left_ = false;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Toy>("toy", data_schema, "Two classes of four numbers."),
            glia::encoder<Pass>("pass", encoder_schema, "Hands the numbers on."),
            glia::wave_layer<Trouble>("trouble", trouble_schema, "Goes wrong when told to."))
