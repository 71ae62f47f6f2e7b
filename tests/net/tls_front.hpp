// A TLS server in front of a plain port: takes TLS off and passes bytes both ways, as an operator's reverse
// proxy does. So that one test server serves https and wss too.
#pragma once
#include <memory>
#include <string>

#include "base/task.hpp"

namespace matchday::net {

class TlsFront {
 public:
  virtual ~TlsFront() = default;
  virtual std::uint16_t port() const = 0;
  virtual Task<void> stop() = 0;
};

std::unique_ptr<TlsFront> make_tls_front(Executor executor, std::string certificate_file,
                                         std::string key_file, std::uint16_t plain_port);

}  // namespace matchday::net
