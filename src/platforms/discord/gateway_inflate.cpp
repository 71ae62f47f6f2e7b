// See gateway_inflate.hpp.
#include "platforms/discord/gateway_inflate.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

namespace matchday::discord {
namespace {

constexpr std::string_view end_of_message("\x00\x00\xff\xff", 4);  // what Z_SYNC_FLUSH ends with

}  // namespace

struct GatewayInflate::Stream {
  Stream() { CHECK(inflateInit(&z) == Z_OK); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&z); }
  z_stream z{};
};

GatewayInflate::GatewayInflate(std::size_t message_bytes_max)
    : stream_(std::make_unique<Stream>()), message_bytes_max_(message_bytes_max) {}
GatewayInflate::~GatewayInflate() = default;
GatewayInflate::GatewayInflate(GatewayInflate&&) noexcept = default;

Result<std::optional<std::string>> GatewayInflate::feed(std::string_view bytes) {
  pending_.append(bytes);
  if (pending_.size() > message_bytes_max_)
    return fail(ErrorKind::invalid, "A gateway message is too large.");
  if (!pending_.ends_with(end_of_message)) return std::nullopt;
  std::string text;
  std::array<char, 16 * 1024> chunk;
  auto& z = stream_->z;
  z.next_in = reinterpret_cast<unsigned char*>(pending_.data());
  z.avail_in = static_cast<unsigned>(pending_.size());
  do {
    z.next_out = reinterpret_cast<unsigned char*>(chunk.data());
    z.avail_out = static_cast<unsigned>(chunk.size());
    const int outcome = inflate(&z, Z_SYNC_FLUSH);
    // Z_BUF_ERROR only says that nothing was left to do.
    if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
      return fail(ErrorKind::invalid,
                  fmt::format("The gateway's compressed stream is broken (zlib error {}).", outcome));
    }
    text.append(chunk.data(), chunk.size() - z.avail_out);
    if (text.size() > message_bytes_max_) {
      return fail(ErrorKind::invalid, "A gateway message grows too large when decompressed.");
    }
  } while (z.avail_out == 0 || z.avail_in > 0);
  pending_.clear();
  if (pending_.capacity() > 1024 * 1024) pending_.shrink_to_fit();
  return text;
}

}  // namespace matchday::discord
