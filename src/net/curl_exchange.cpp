// See curl_exchange.hpp.
#include "net/curl_exchange.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cstring>

#include "net/public_address.hpp"

namespace matchday::net {
namespace {

// An idle connection older than this is not used again: many proxies and balancers close theirs after 60 s,
// and a request that crosses such a close on the wire ends as `ambiguous`.
constexpr long idle_connection_seconds_max = 30;

// All header fields of one answer together. libcurl 7.88 limits only the single line.
constexpr std::size_t answer_header_bytes_max = 256 * 1024;

bool is_loopback_name(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

CurlExchange::CurlExchange(HttpRequest request, Url url, const HttpClientOptions& options)
    : request_(std::move(request)), url_(std::move(url)), options_(options), handle_(curl_easy_init()) {
  CHECK(handle_ != nullptr);
  set_transport_options();
  set_method_and_body();
  set_headers();
}

void CurlExchange::set_transport_options() {
  CURL* easy = handle();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, idle_connection_seconds_max);
  // Dropping a transfer that still resolves its name must not wait for the resolver's thread.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  // Deadlines are ours. Zero would mean libcurl's default of 300 s for connecting, which is shorter than
  // none.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.deadline.count()) + 60'000);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.certificate_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  // A proxy from the environment is used as by every other program, except where it would hide whom we talk
  // to.
  if (options_.refuse_private_addresses || is_loopback_name(url_.host))
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  if (options_.refuse_private_addresses) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlExchange::on_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  }
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlExchange::on_before_send);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

void CurlExchange::set_method_and_body() {
  CURL* easy = handle();
  const std::string& method = request_.method;
  const bool wants_length = method == "POST" || method == "PUT" || method == "PATCH";
  if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (wants_length || !request_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method == "HEAD" ? nullptr : method.c_str());
}

void CurlExchange::set_headers() {
  append_header("Expect:");  // no 100-continue: its 417 would make libcurl send again
  if (!request_.headers.get("Content-Type")) append_header("Content-Type:");  // else libcurl claims a form
  for (const auto& [name, value] : request_.headers.all()) {
    append_header(value.empty() ? name + ";" : name + ": " + value);
  }
  curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle(), CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(handle(), CURLOPT_ACCEPT_ENCODING, "gzip");
}

void CurlExchange::append_header(const std::string& line) {
  headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  CHECK(headers_ != nullptr);
}

// RFC 9110, section 9.2.2: these may be sent twice without a difference.
bool CurlExchange::is_repeatable() const {
  static constexpr auto methods =
      std::to_array<std::string_view>({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"});
  return std::ranges::find(methods, request_.method) != methods.end();
}

// libcurl calls this each time it is about to write the request. That is also the one place where its silent
// second attempt can be stopped: when a reused connection dies before the first byte of an answer, libcurl
// connects anew and sends once more, whatever the method. No option turns that off, short of a fresh
// connection for every request; from here the second attempt can be called off before its first byte.
int CurlExchange::on_before_send(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  ++exchange.sends_;
  return exchange.sends_ == 1 || exchange.is_repeatable() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

curl_socket_t CurlExchange::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  namespace ip = boost::asio::ip;
  ip::address target;
  if (address->family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address->addr, sizeof in);
    target = ip::address_v4(ntohl(in.sin_addr.s_addr));
  } else if (address->family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address->addr, sizeof in);
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    target = ip::address_v6(bytes);
  }
  if (!is_public_address(target)) {
    static_cast<CurlExchange*>(self)->address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t CurlExchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const std::size_t bytes = size * count;
  std::string_view line(data, bytes);
  exchange.header_bytes_ += bytes;
  if (exchange.header_bytes_ > answer_header_bytes_max) {
    exchange.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) exchange.response_.headers = {};  // an interim answer came before this one
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || line.starts_with("HTTP/")) return bytes;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && std::string_view(" \t\r\n").contains(value.back())) value.remove_suffix(1);
  exchange.response_.headers.add(std::string(line.substr(0, colon)), std::string(value));
  return bytes;
}

std::size_t CurlExchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const std::size_t bytes = size * count;
  std::string& body = exchange.response_.body;
  if (body.size() + bytes > exchange.request_.response_bytes_max) {
    exchange.too_large_ = true;
    return 0;
  }
  body.append(data, bytes);
  return bytes;
}

Result<HttpResponse> CurlExchange::take_result() {
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (code_ != CURLE_OK) return std::unexpected(failure());
  return std::move(response_);
}

Error CurlExchange::failure() const {
  if (address_refused_ && !may_have_been_sent()) {
    return Error{.kind = ErrorKind::invalid,
                 .message = fmt::format("{} is not an address of the public internet", url_.host)};
  }
  if (too_large_) {
    return Error{.kind = ErrorKind::ambiguous,
                 .message = fmt::format("the answer of {} is longer than {} bytes", url_.host,
                                        request_.response_bytes_max),
                 .http_status = response_.status};
  }
  if (!may_have_been_sent()) {
    return Error{.kind = ErrorKind::unavailable,
                 .message = fmt::format("{} could not be reached: {}", url_.host, curl_easy_strerror(code_))};
  }
  return Error{.kind = ErrorKind::ambiguous,
               .message = fmt::format(
                   "the exchange with {} broke off: {}", url_.host,
                   sends_ > 1 ? "the connection was closed before the answer" : curl_easy_strerror(code_)),
               .http_status = response_.status};
}

}  // namespace matchday::net
