// A ByteStream over a plain TCP socket. Private to net.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <memory>

#include "net/byte_stream.hpp"

namespace matchday::net {

std::unique_ptr<ByteStream> make_tcp_byte_stream(boost::asio::ip::tcp::socket socket);

}  // namespace matchday::net
