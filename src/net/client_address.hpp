// Who is the client: the peer of the connection, or, behind a reverse proxy that the operator listed, the
// address that the proxy vouches for. Private to net.
#pragma once
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/http.hpp"

namespace matchday::net {

class TrustedProxies {
 public:
  // Addresses ("10.0.0.7", "::1") and networks ("172.16.0.0/12"). Error: invalid, naming the entry.
  static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

  bool contains(const boost::asio::ip::address& address) const;

  // The right-most address of X-Forwarded-For that is no proxy of ours; everything left of it is the client's
  // own claim. Without such a header, or from an untrusted peer: the peer.
  std::string client_of(const boost::asio::ip::address& peer, const Headers& headers) const;

 private:
  std::vector<boost::asio::ip::network_v4> networks_v4_;
  std::vector<boost::asio::ip::network_v6> networks_v6_;
};

// An IPv4 address that came in over an IPv6 socket is an IPv4 address.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

}  // namespace matchday::net
