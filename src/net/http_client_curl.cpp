// The HttpClient over libcurl: waits for a slot, starts the exchange, waits for its end, all within one
// deadline. The shared core outlives the client for as long as a send() is suspended in it, so that
// destroying the client with requests in flight is safe: they end with an error instead.
#include "net/http_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/timeout.hpp"
#include "net/cancellation.hpp"
#include "net/connection_slots.hpp"
#include "net/curl_exchange.hpp"
#include "net/curl_loop.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;

// Idle connections kept over all hosts; four platforms with eight each, and room for outgoing webhooks.
constexpr long cached_connections_max = 64;

struct Core {
  Core(const Executor& e, HttpClientOptions o)
      : executor(e),
        options(std::move(o)),
        slots(options.connections_per_host_max),
        loop(e, cached_connections_max) {}
  Executor executor;
  HttpClientOptions options;
  SystemClock clock;
  ConnectionSlots slots;
  CurlLoop loop;
};

// How far a request got, for the case that its deadline passes.
struct Progress {
  bool may_have_been_sent = false;
};

// Keeps a transfer in the loop for as long as the coroutine needs it, however the coroutine ends.
class RunningTransfer {
 public:
  RunningTransfer(Core& core, CurlExchange& exchange, Signal& changed, Progress& progress)
      : core_(core), exchange_(exchange), progress_(progress) {
    core_.loop.add(exchange_.handle(), [&exchange, &changed](CURLcode code) {
      exchange.end(code);
      changed.notify_all();
    });
  }
  RunningTransfer(const RunningTransfer&) = delete;
  RunningTransfer& operator=(const RunningTransfer&) = delete;
  ~RunningTransfer() {
    progress_.may_have_been_sent = exchange_.may_have_been_sent();
    core_.loop.remove(exchange_.handle());
  }

 private:
  Core& core_;
  CurlExchange& exchange_;
  Progress& progress_;
};

Task<Result<HttpResponse>> exchange_with(std::shared_ptr<Core> core, HttpRequest request, Url url,
                                         std::shared_ptr<Progress> progress) {
  ConnectionSlots::Place place(core->slots, core->executor, url.scheme + "://" + url.authority());
  while (!place.granted() && !core->slots.closed()) co_await place.changed.wait();
  if (core->slots.closed()) co_return fail(ErrorKind::unavailable, "the HTTP client is closing");

  CurlExchange exchange(std::move(request), std::move(url), core->options);
  RunningTransfer running(*core, exchange, place.changed, *progress);
  while (!exchange.ended() && !core->slots.closed()) co_await place.changed.wait();
  if (exchange.ended()) co_return exchange.take_result();
  const auto kind = exchange.may_have_been_sent() ? ErrorKind::ambiguous : ErrorKind::unavailable;
  co_return fail(kind, "the HTTP client closed before the answer came");
}

// Everything that libcurl would write into the request line or a header as it is.
Result<> check_request(const HttpRequest& request, const Url& url) {
  static constexpr std::string_view line_breaks("\r\n\0", 3);
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (request.method.empty() || !std::ranges::all_of(request.method, is_letter)) {
    return fail(ErrorKind::invalid, "the method is not a word");
  }
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(ErrorKind::invalid, "the URL must start with http or https");
  }
  for (const auto& [name, value] : request.headers.all()) {
    if (name.empty() || name.find_first_of(":; \t") != std::string::npos ||
        name.find_first_of(line_breaks) != std::string::npos ||
        value.find_first_of(line_breaks) != std::string::npos) {
      return fail(ErrorKind::invalid, "a header has a line break or a name that is none");
    }
  }
  return {};
}

Task<Result<HttpResponse>> send_within_deadline(std::shared_ptr<Core> core, HttpRequest request) {
  const auto url = parse_url(request.url);
  if (!url) co_return std::unexpected(url.error());
  if (const auto sound = check_request(request, *url); !sound) co_return std::unexpected(sound.error());

  const Duration deadline = request.deadline;
  auto progress = std::make_shared<Progress>();
  auto answer =
      co_await with_timeout(core->clock, deadline, exchange_with(core, std::move(request), *url, progress));
  if (answer) co_return std::move(*answer);
  throw_if_cancelled((co_await asio::this_coro::cancellation_state).cancelled());
  co_return fail(progress->may_have_been_sent ? ErrorKind::ambiguous : ErrorKind::unavailable,
                 fmt::format("no answer from {} within {} ms", url->host, deadline.count()));
}

class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient(const Executor& executor, HttpClientOptions options)
      : core_(std::make_shared<Core>(executor, std::move(options))) {}
  ~CurlHttpClient() override { core_->slots.close(); }

  Task<Result<HttpResponse>> send(HttpRequest request) override {
    return send_within_deadline(core_, std::move(request));
  }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(Executor executor, HttpClientOptions options) {
  return std::make_unique<CurlHttpClient>(executor, std::move(options));
}

}  // namespace matchday::net
