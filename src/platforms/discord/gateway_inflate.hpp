// Discord's zlib-stream transport compression: one inflate context for the life of one connection, a message
// complete when its last four bytes are 00 00 FF FF. Never carry an object over to another connection: its
// dictionary would not match, and every later message would fail.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace matchday::discord {

class GatewayInflate {
 public:
  // `message_bytes_max` bounds one decompressed message.
  explicit GatewayInflate(std::size_t message_bytes_max = 256 * 1024 * 1024);
  ~GatewayInflate();
  GatewayInflate(GatewayInflate&&) noexcept;
  GatewayInflate& operator=(GatewayInflate&&) = delete;

  // Takes what one WebSocket message carried. Gives the text when a gateway message is complete with it,
  // nothing when more must come. Error: invalid (broken stream, or larger than allowed); the object is
  // useless afterwards.
  Result<std::optional<std::string>> feed(std::string_view bytes);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  std::string pending_;
  std::size_t message_bytes_max_;
};

}  // namespace matchday::discord
