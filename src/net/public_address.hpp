// Which addresses belong to the public internet. For URLs that users typed: such a URL must not reach our own
// host, its network or a cloud's metadata service. Private to net.
#pragma once
#include <boost/asio/ip/address.hpp>

namespace matchday::net {

// False for loopback, private, link-local, shared, documentation, multicast and reserved ranges (IANA's
// special-purpose registries), also where one of them hides inside an IPv6 address.
bool is_public_address(const boost::asio::ip::address& address);

}  // namespace matchday::net
