// A ByteStream over TLS: trust, the handshake as a client, and the bytes after it. Private to net.
// Not here: TLS as a server (a reverse proxy's work) and libcurl's own TLS.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "net/byte_stream.hpp"

namespace matchday::net {

// Whom a client trusts. Reading the system's bundle takes tens of milliseconds, so one context serves many
// connections.
class TlsTrust {
 public:
  // `certificate_file`: a CA bundle in PEM; empty: the system's. Error: invalid, when it cannot be read.
  static Result<std::shared_ptr<TlsTrust>> load(const std::string& certificate_file);
  virtual ~TlsTrust() = default;
};

// Verifies that the peer is `host` (a name, also sent as SNI, or an address). Error: unavailable. No deadline
// of its own.
Task<Result<std::unique_ptr<ByteStream>>> start_tls(boost::asio::ip::tcp::socket socket,
                                                    std::shared_ptr<TlsTrust> trust, std::string host);

}  // namespace matchday::net
