// Deflater: the sending half of Discord's zlib-stream, one context for the life of a connection, flushed so
// that each gateway message ends in 00 00 FF FF (reference §2.1).
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace matchday::sandbox::discord {

class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  std::string compress(std::string_view text);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// One message on its own: what IDENTIFY's `compress` asks for.
std::string compress_once(std::string_view text);

}  // namespace matchday::sandbox::discord
