// See client_address.hpp.
#include "net/client_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace matchday::net {
namespace {
namespace ip = boost::asio::ip;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

ip::address unmapped(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
  TrustedProxies out;
  for (const std::string& entry : entries) {
    boost::system::error_code error;
    const bool is_network = entry.contains('/');
    if (const auto v4 = ip::make_network_v4(is_network ? entry : entry + "/32", error); !error) {
      out.networks_v4_.push_back(v4.canonical());
    } else if (const auto v6 = ip::make_network_v6(is_network ? entry : entry + "/128", error); !error) {
      out.networks_v6_.push_back(v6.canonical());
    } else {
      return fail(ErrorKind::invalid, fmt::format("\"{}\" is neither an address nor a network", entry));
    }
  }
  return out;
}

bool TrustedProxies::contains(const ip::address& address) const {
  const ip::address bare = unmapped(address);
  if (bare.is_v4()) {
    return std::ranges::any_of(networks_v4_, [host = bare.to_v4()](const ip::network_v4& network) {
      return ip::network_v4(host, network.prefix_length()).canonical() == network;
    });
  }
  return std::ranges::any_of(networks_v6_, [host = bare.to_v6()](const ip::network_v6& network) {
    return ip::network_v6(host, network.prefix_length()).canonical() == network;
  });
}

std::string TrustedProxies::client_of(const ip::address& peer, const Headers& headers) const {
  ip::address client = unmapped(peer);
  if (!contains(client)) return client.to_string();
  std::string chain;  // several fields of one name are one list (RFC 9110, section 5.3)
  for (const auto& [name, value] : headers.all()) {
    if (equal_ignoring_case(name, "X-Forwarded-For")) chain += (chain.empty() ? "" : ",") + value;
  }
  while (!chain.empty()) {
    const auto comma = chain.rfind(',');
    const std::size_t start = comma == std::string::npos ? 0 : comma + 1;
    boost::system::error_code error;
    const auto hop = ip::make_address(trimmed(std::string_view(chain).substr(start)), error);
    if (error) break;  // not an address: what stands further left cannot be believed either
    client = unmapped(hop);
    if (!contains(client)) break;
    chain.resize(comma == std::string::npos ? 0 : comma);
  }
  return client.to_string();
}

}  // namespace matchday::net
