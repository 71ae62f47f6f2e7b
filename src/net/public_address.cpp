// See public_address.hpp.
#include "net/public_address.hpp"

#include <algorithm>
#include <array>

namespace matchday::net {
namespace {
namespace ip = boost::asio::ip;

struct Range4 {
  std::uint32_t prefix;
  int bits;
};

// IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771).
constexpr auto special_v4 = std::to_array<Range4>({
    {0x00000000, 8},   // 0.0.0.0/8 this network
    {0x0A000000, 8},   // 10.0.0.0/8 private
    {0x64400000, 10},  // 100.64.0.0/10 shared by carriers
    {0x7F000000, 8},   // 127.0.0.0/8 loopback
    {0xA9FE0000, 16},  // 169.254.0.0/16 link-local, cloud metadata
    {0xAC100000, 12},  // 172.16.0.0/12 private
    {0xC0000000, 24},  // 192.0.0.0/24 protocol assignments
    {0xC0000200, 24},  // 192.0.2.0/24 documentation
    {0xC0A80000, 16},  // 192.168.0.0/16 private
    {0xC6120000, 15},  // 198.18.0.0/15 benchmarks
    {0xC6336400, 24},  // 198.51.100.0/24 documentation
    {0xCB007100, 24},  // 203.0.113.0/24 documentation
    {0xE0000000, 4},   // 224.0.0.0/4 multicast
    {0xF0000000, 4},   // 240.0.0.0/4 reserved, broadcast
});

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(special_v4, [&](const Range4& range) {
    return (address >> (32 - range.bits)) == (range.prefix >> (32 - range.bits));
  });
}

std::uint32_t v4_at(const ip::address_v6::bytes_type& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24U | std::uint32_t{bytes[at + 1]} << 16U |
         std::uint32_t{bytes[at + 2]} << 8U | std::uint32_t{bytes[at + 3]};
}

bool is_public_v6(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  if (address.is_v4_mapped()) return is_public_v4(v4_at(bytes, 12));
  static constexpr std::array<unsigned char, 12> nat64 = {0x00, 0x64, 0xff, 0x9b};  // 64:ff9b::/96, RFC 6052
  if (std::equal(nat64.begin(), nat64.end(), bytes.begin())) return is_public_v4(v4_at(bytes, 12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_v4(v4_at(bytes, 2));  // 2002::/16, 6to4
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;  // 2001::/23 protocols, Teredo
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8)
    return false;                     // documentation
  return (bytes[0] & 0xe0U) == 0x20;  // 2000::/3 is all that is given out as global unicast
}

}  // namespace

bool is_public_address(const ip::address& address) {
  return address.is_v4() ? is_public_v4(address.to_v4().to_uint()) : is_public_v6(address.to_v6());
}

}  // namespace matchday::net
