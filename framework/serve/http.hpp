// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glia::serve {

/// What a client asks for. Nothing of it is trusted: names and values are texts as they came,
/// percent-decoded once.
struct Request {
  std::string method, host;  ///< "GET"; the header Host, "" if there is none or more than one
  std::string path;          ///< "/api/runs", decoded; "" if it cannot be decoded
  std::map<std::string, std::string> query{};  ///< the first of each name

  /// "" where it was not given.
  std::string value(const std::string& name) const;
};

/// Splits and decodes the target of a request line ("/a%20b?c=d").
void read_target(const std::string& target, Request& request);

struct Answer {
  unsigned status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  bool events = false;  ///< the connection stays open, and hears what happens
};

/// Plain text with a line end.
Answer text_answer(unsigned status, const std::string& text);

/// What a server bears; all of it is bounded, whatever clients do.
struct HttpLimits {
  std::size_t head_bytes = 16 * 1024;  ///< of a request: line and headers
  std::size_t connections = 256;       ///< more are closed as they come
  std::size_t listeners = 32;          ///< that hear events
  std::size_t waiting = 64;            ///< requests that wait for an answer
  int head_seconds = 5;                ///< to send a head
  int answer_seconds = 30;             ///< to take an answer, or an event
};

/// An HTTP/1.1 server: one request a connection, no bodies read. Connections are watched by one
/// thread with a deadline each, answers are worked out by few others, so that slow clients hold up
/// nobody.
class HttpServer {
 public:
  using Handle = std::function<Answer(const Request&)>;

  struct Options {
    std::string host;        ///< name or address
    std::uint16_t port = 0;  ///< 0: any that is free
    HttpLimits limits{};
  };

  /// Listens from now on. Error (usage) if it cannot, with the reason. `handle` is called by
  /// several threads; what it throws is an answer of status 500 without a word of it.
  HttpServer(const Options& options, Handle handle);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  std::uint16_t port() const;

  /// Serves until `stop` says so, which is asked ten times a second. While anybody hears events,
  /// `news` is asked every second, by one thread at a time; what it returns is sent to all as one
  /// event, "" as none.
  void run(const std::function<bool()>& stop, const std::function<std::string()>& news);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glia::serve
