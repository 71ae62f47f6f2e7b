// See compression.hpp.
#include "sandbox/discord/compression.hpp"

#include <zlib.h>

#include "base/error.hpp"

namespace matchday::sandbox::discord {
namespace {

std::string run(z_stream& stream, std::string_view text, int flush) {
  std::string out;
  char chunk[16 * 1024];
  // zlib's interface predates const; it does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof chunk;
    const int result = deflate(&stream, flush);
    CHECK(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR);
    out.append(chunk, sizeof chunk - stream.avail_out);
  } while (stream.avail_out == 0);
  return out;
}

}  // namespace

struct Deflater::Stream {
  Stream() { CHECK(deflateInit(&z, Z_DEFAULT_COMPRESSION) == Z_OK); }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  z_stream z{};
};

Deflater::Deflater() : stream_(std::make_unique<Stream>()) {}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

std::string Deflater::compress(std::string_view text) {
  return run(stream_->z, text, Z_SYNC_FLUSH);
}

std::string compress_once(std::string_view text) {
  z_stream stream{};
  CHECK(deflateInit(&stream, Z_DEFAULT_COMPRESSION) == Z_OK);
  auto out = run(stream, text, Z_FINISH);
  deflateEnd(&stream);
  return out;
}

}  // namespace matchday::sandbox::discord
