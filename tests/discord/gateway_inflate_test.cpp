// The zlib-stream decoder: cut anywhere, bounded, and never trusting.
#include "platforms/discord/gateway_inflate.hpp"

#include "base/random.hpp"
#include "tests/discord/support/scripted_gateway.hpp"

namespace matchday::discord {
namespace {

TEST(GatewayInflate, messages_come_out_whole_wherever_the_stream_is_cut) {
  const std::vector<std::string> texts{R"({"op":10})", std::string(5000, 'a') + "end", R"({"op":11})"};
  for (std::size_t cut = 0; cut < 80; ++cut) {
    test::Deflater deflater;
    GatewayInflate inflate;
    for (const auto& text : texts) {
      const auto bytes = deflater.compress(text);
      const auto at = std::min(cut, bytes.size());
      const auto first = inflate.feed(bytes.substr(0, at));
      ASSERT_TRUE(first) << cut;
      if (at == bytes.size()) {
        EXPECT_EQ(**first, text);
        continue;
      }
      EXPECT_FALSE(*first) << cut;
      const auto second = inflate.feed(bytes.substr(at));
      ASSERT_TRUE(second && *second) << cut;
      EXPECT_EQ(**second, text);
    }
  }
}

TEST(GatewayInflate, a_message_may_arrive_byte_by_byte) {
  test::Deflater deflater;
  GatewayInflate inflate;
  const auto bytes = deflater.compress(R"({"t":"GUILD_CREATE"})");
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) EXPECT_FALSE(*inflate.feed(bytes.substr(i, 1)));
  EXPECT_EQ(**inflate.feed(bytes.substr(bytes.size() - 1)), R"({"t":"GUILD_CREATE"})");
}

TEST(GatewayInflate, a_bomb_is_refused_before_it_unfolds) {
  test::Deflater deflater;
  GatewayInflate inflate(1024 * 1024);
  const auto bytes = deflater.compress(std::string(50 * 1024 * 1024, 'x'));
  const auto got = inflate.feed(bytes);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::invalid);
}

TEST(GatewayInflate, bytes_of_another_connection_are_an_error_not_a_message) {
  test::Deflater old;
  (void)old.compress("first");
  GatewayInflate fresh;
  EXPECT_FALSE(fresh.feed(old.compress("second")));
}

TEST(GatewayInflate, random_bytes_never_do_more_than_fail) {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    GatewayInflate inflate;
    std::string bytes;
    for (int n = 0; n < 64; ++n) bytes += static_cast<char>(random.between(0, 255));
    (void)inflate.feed(bytes + std::string("\0\0\xff\xff", 4));
  }
}

}  // namespace
}  // namespace matchday::discord
