// See public_host.hpp.
#include "net/public_host.hpp"

#include <arpa/inet.h>

#include <string>

#include "net/public_address.hpp"

namespace matchday::net {

bool is_private_host(std::string_view host) {
  namespace ip = boost::asio::ip;
  if (host.ends_with('.')) host.remove_suffix(1);
  // RFC 6761 §6.3.
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const std::string text(host);
  boost::system::error_code error;
  const auto address = ip::make_address(text, error);
  if (!error) return !is_public_address(address);
  if (host.contains(':')) return true;  // an IPv6 address that only we cannot read
  in_addr spelled{};
  if (::inet_aton(text.c_str(), &spelled) == 0) return false;
  return !is_public_address(ip::address_v4(ntohl(spelled.s_addr)));
}

}  // namespace matchday::net
