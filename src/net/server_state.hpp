// What all connections of one server share. Private to net.
#pragma once
#include <list>
#include <utility>

#include "base/time.hpp"
#include "net/address_limit.hpp"
#include "net/client_address.hpp"
#include "net/http_server.hpp"

namespace matchday::net {

class HttpConnection;

struct ServerState {
  ServerState(Clock& the_clock, HttpHandler& the_handler, HttpServerOptions the_options)
      : clock(the_clock),
        handler(the_handler),
        options(std::move(the_options)),
        addresses(options.connections_per_address_max) {}
  Clock& clock;
  HttpHandler& handler;
  HttpServerOptions options;
  TrustedProxies trusted_proxies;
  AddressLimit addresses;
  std::list<HttpConnection*> connections;
  bool draining = false;
};

}  // namespace matchday::net
