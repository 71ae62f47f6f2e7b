// See url.hpp.
#include "net/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdint>

#include "base/number.hpp"

namespace matchday::net {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return "80";
  if (scheme == "https" || scheme == "wss") return "443";
  return {};
}

bool is_port(std::string_view digits) {
  return parse_number<std::uint16_t>(digits).value_or(0) != 0;
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  return port == default_port(scheme) ? name : name + ":" + port;
}

Result<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (parsed.has_error())
    return fail(ErrorKind::invalid, "this is not an absolute URL such as https://example.org/path");
  const boost::urls::url_view& view = *parsed;

  Url url;
  url.scheme = lower(std::string(view.scheme()));
  const auto port = default_port(url.scheme);
  if (port.empty()) return fail(ErrorKind::invalid, "the URL must start with http, https, ws or wss");
  if (view.has_userinfo()) return fail(ErrorKind::invalid, "the URL must not carry a user name or password");
  url.host = lower(std::string(view.host_address()));
  if (url.host.empty()) return fail(ErrorKind::invalid, "the URL names no host");
  url.port = view.has_port() && !view.port().empty() ? std::string(view.port()) : std::string(port);
  if (!is_port(url.port)) return fail(ErrorKind::invalid, "the URL's port is out of range");
  url.target = std::string(view.encoded_path());
  if (url.target.empty()) url.target = "/";
  if (view.has_query()) url.target += "?" + std::string(view.encoded_query());
  return url;
}

}  // namespace matchday::net
