// SPDX-License-Identifier: MIT
// Boost.Beast, which comes with the Boost that is needed anyway. (libcpp-httplib reads a line without
// end into memory, has deadlines for single reads only, and would bring TLS and brotli along.)
#include "serve/http.hpp"

#include <glia/sdk/error.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <set>

namespace glia::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr std::size_t threads = 3;
constexpr auto stop_interval = 100ms;
constexpr auto news_interval = 1s;
constexpr auto heartbeat = 15s;
constexpr std::size_t most_unsent = 16;         // events that a client may be behind
constexpr std::size_t most_drained = 64 << 10;  // bytes of a body that nobody reads

/// What a browser may do with an answer: nothing from elsewhere, nowhere else, nothing kept.
constexpr std::array<std::pair<const char*, const char*>, 7> every_answer{{
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' "
     "blob: data:; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

class Session;

/// What all connections share. [the thread of the io_context]
struct Shared {
  Shared(const HttpLimits& all, HttpServer::Handle use) : limits(all), handle(std::move(use)) {}

  HttpLimits limits;
  HttpServer::Handle handle;
  std::size_t connections = 0, waiting = 0;
  asio::io_context io{1};
  asio::thread_pool pool{threads};
  std::set<std::shared_ptr<Session>> listeners;
};

/// One connection: a request, an answer, and the end; or an answer that goes on.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    ++shared_.connections;
    parser_.header_limit(static_cast<std::uint32_t>(shared_.limits.head_bytes));
    parser_.body_limit(boost::none);  // none is read, whatever its length is said to be
  }
  ~Session() { --shared_.connections; }

  void start() {
    stream_.expires_after(std::chrono::seconds(shared_.limits.head_seconds));
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->read(error); });
  }

  void tell(const std::string& event) {
    if (unsent_.size() >= most_unsent) return leave();
    unsent_.push_back(event);
    if (unsent_.size() == 1) send_next();
  }

 private:
  void read(beast::error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return answer(text_answer(431, "the request is too long"));
    }
    static const auto& grammar = http::make_error_code(http::error::bad_method).category();
    if (error.category() == grammar && error != http::error::end_of_stream &&
        error != http::error::partial_message) {
      return answer(text_answer(400, "this is no HTTP/1.1"));
    }
    if (error) return;  // gone, or too slow
    if (shared_.waiting >= shared_.limits.waiting) {
      return answer(text_answer(503, "too many requests at once"));
    }
    const auto& head = parser_.get();
    Request request{.method = std::string(head.method_string()), .host = {}, .path = {}};
    head_only_ = head.method() == http::verb::head;
    if (head.count(http::field::host) == 1) request.host = std::string(head[http::field::host]);
    read_target(std::string(head.target()), request);
    ++shared_.waiting;
    asio::post(shared_.pool, [self = shared_from_this(), request = std::move(request)] {
      Answer found;
      try {
        found = self->shared_.handle(request);
      } catch (...) {  // a client is told nothing of it; what is expected was caught before
        found = text_answer(500, "this went wrong");
      }
      asio::post(self->shared_.io, [self, found = std::move(found)]() mutable {
        --self->shared_.waiting;
        self->answer(std::move(found));
      });
    });
  }

  void answer(Answer found) {
    if (found.events && shared_.listeners.size() >= shared_.limits.listeners) {
      found = text_answer(503, "too many pages are open");
    }
    response_.result(found.status);
    response_.version(11);
    response_.keep_alive(false);
    response_.set(http::field::content_type, found.type);
    for (const auto& [name, value] : every_answer) response_.set(name, value);
    for (const auto& [name, value] : found.headers) response_.set(name, value);
    if (!found.events) response_.content_length(found.body.size());
    if (!head_only_) response_.body() = std::move(found.body);
    serializer_.emplace(response_);
    stream_.expires_after(std::chrono::seconds(shared_.limits.answer_seconds));
    auto then = [self = shared_from_this(), on = found.events && !head_only_](
                    beast::error_code error, std::size_t) {
      if (error) return;
      on ? self->listen() : self->linger();
    };
    if (found.events || head_only_) {
      http::async_write_header(stream_, *serializer_, std::move(then));
    } else {
      http::async_write(stream_, *serializer_, std::move(then));
    }
  }

  /// Whoever is closed upon while it still sends may lose the answer.
  void linger() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(1s);
    drain();
  }

  void drain() {
    stream_.async_read_some(
        asio::buffer(scratch_),
        [self = shared_from_this()](beast::error_code error, std::size_t bytes) {
          self->drained_ += bytes;
          if (!error && self->drained_ < most_drained) self->drain();
        });
  }

  void listen() {
    shared_.listeners.insert(shared_from_this());
    stream_.expires_never();
    watch();
    tell("retry: 1000\nevent: hello\ndata: {}\n\n");
  }

  /// Nothing is to come from it but its end.
  void watch() {
    stream_.async_read_some(
        asio::buffer(scratch_),
        [self = shared_from_this()](beast::error_code error, std::size_t bytes) {
          self->drained_ += bytes;
          if (error || self->drained_ > most_drained) return self->leave();
          self->watch();
        });
  }

  void send_next() {
    stream_.expires_after(std::chrono::seconds(shared_.limits.answer_seconds));
    asio::async_write(stream_, asio::buffer(unsent_.front()),
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                        if (error) return self->leave();
                        self->unsent_.pop_front();
                        if (!self->unsent_.empty()) self->send_next();
                      });
  }

  void leave() {
    beast::error_code ignored;
    stream_.socket().close(ignored);
    shared_.listeners.erase(shared_from_this());
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  beast::flat_buffer buffer_{std::size_t{1} << 17};
  http::request_parser<http::empty_body> parser_{};
  http::response<http::string_body> response_{};
  std::optional<http::response_serializer<http::string_body>> serializer_{};
  std::deque<std::string> unsent_{};
  std::array<char, 1024> scratch_{};
  std::size_t drained_ = 0;
  bool head_only_ = false;
};

}  // namespace

struct HttpServer::State {
  State(const HttpLimits& limits, Handle handle) : shared(limits, std::move(handle)) {}

  Shared shared;
  tcp::acceptor acceptor{shared.io};
  asio::steady_timer stop_timer{shared.io}, news_timer{shared.io}, pause{shared.io};
  bool asking = false;
  std::chrono::steady_clock::time_point last_told{};

  void accept() {
    acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {  // out of descriptors: wait, and go on
        pause.expires_after(stop_interval);
        return pause.async_wait([this](beast::error_code) { accept(); });
      }
      if (shared.connections < shared.limits.connections) {
        std::make_shared<Session>(std::move(socket), shared)->start();
      }
      accept();
    });
  }

  void watch_stop(const std::function<bool()>& stop) {
    if (stop()) return shared.io.stop();
    stop_timer.expires_after(stop_interval);
    stop_timer.async_wait([this, &stop](beast::error_code) { watch_stop(stop); });
  }

  void tell_all(const std::string& event) {
    last_told = std::chrono::steady_clock::now();
    const auto all = shared.listeners;  // one that is too far behind leaves
    for (const auto& each : all) each->tell(event);
  }

  void watch_news(const std::function<std::string()>& news) {
    news_timer.expires_after(news_interval);
    news_timer.async_wait([this, &news](beast::error_code) { watch_news(news); });
    if (shared.listeners.empty() || asking) return;
    if (std::chrono::steady_clock::now() - last_told > heartbeat) tell_all(": here\n\n");
    asking = true;
    asio::post(shared.pool, [this, &news] {
      std::string found;
      try {
        found = news();
      } catch (const std::exception&) {  // the folder cannot be looked at just now
      }
      asio::post(shared.io, [this, found] {
        asking = false;
        if (!found.empty()) tell_all("data: " + found + "\n\n");
      });
    });
  }
};

HttpServer::HttpServer(const Options& options, Handle handle)
    : state_(std::make_unique<State>(options.limits, std::move(handle))) {
  const auto fail = [&](const beast::error_code& error, const char* hint) {
    throw Error(
        ErrorCode::usage,
        fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message()),
        hint);
  };
  beast::error_code error;
  tcp::resolver resolver(state_->shared.io);
  const auto found =
      resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (error || found.empty()) fail(error, "give --host an address of this machine");
  const tcp::endpoint place = found.begin()->endpoint();
  auto& acceptor = state_->acceptor;
  acceptor.open(place.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(place, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) fail(error, "choose another port with --port, or any that is free with --port 0");
}

HttpServer::~HttpServer() {
  state_->shared.io.stop();
  state_->shared.pool.join();
}

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

void HttpServer::run(const std::function<bool()>& stop, const std::function<std::string()>& news) {
  state_->accept();
  state_->watch_stop(stop);
  state_->watch_news(news);
  state_->shared.io.run();
  state_->shared.pool.join();  // whoever works on an answer ends it; nobody waits for it
  state_->shared.listeners.clear();
}

}  // namespace glia::serve
