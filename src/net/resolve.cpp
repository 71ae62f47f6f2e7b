// See resolve.hpp. Asio's resolver cannot be interrupted while it is inside getaddrinfo(), so awaiting it
// directly would make every deadline as long as the system's DNS timeout. The lookup reports into a shared
// place instead, and the coroutine waits for a signal.
#include "net/resolve.hpp"

#include <fmt/format.h>
#include <boost/asio/this_coro.hpp>

namespace matchday::net {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

struct Lookup {
  explicit Lookup(const Executor& executor) : resolver(executor), ended(executor) {}
  tcp::resolver resolver;
  Signal ended;
  std::optional<boost::system::error_code> error;
  std::vector<tcp::endpoint> endpoints;
};

}  // namespace

Task<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::string port) {
  auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  lookup->resolver.async_resolve(
      host, port, [lookup](boost::system::error_code error, const tcp::resolver::results_type& results) {
        lookup->error = error;
        for (const auto& result : results) lookup->endpoints.push_back(result.endpoint());
        lookup->ended.notify_all();
      });
  while (!lookup->error) co_await lookup->ended.wait();
  if (*lookup->error || lookup->endpoints.empty()) {
    co_return fail(ErrorKind::unavailable,
                   fmt::format("{} has no address: {}", host, lookup->error->message()));
  }
  co_return std::move(lookup->endpoints);
}

}  // namespace matchday::net
