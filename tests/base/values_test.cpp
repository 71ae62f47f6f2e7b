// Times, ids, JSON fields, crypto and secrets.
#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday {
namespace {

TEST(TimeText, round_trips_and_refuses_what_is_no_time) {
  EXPECT_EQ(to_rfc3339(from_ms(0)), "1970-01-01T00:00:00.000Z");
  struct Case {
    std::string_view text;
    std::string_view normal;
  };
  for (const auto& [text, normal] : {Case{"2026-03-14T18:20:41Z", "2026-03-14T18:20:41.000Z"},
                                     Case{"2026-03-14T18:20:41.123456Z", "2026-03-14T18:20:41.123Z"},
                                     Case{"2026-03-14T20:20:41+02:00", "2026-03-14T18:20:41.000Z"},
                                     Case{"2026-03-14T13:20:41.5-05:00", "2026-03-14T18:20:41.500Z"}}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), normal);
  }
  for (const auto* text : {"", "now", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-14T24:00:00Z",
                           "2026-03-14T18:20:41", "2026-03-14T18:20:41Zjunk", "2026-03-14T18:20:41+0200"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Ids, grow_and_never_repeat_even_within_one_millisecond) {
  sim::VirtualClock clock;
  IdSource source(clock, Random(1));
  JobId last{};
  for (int i = 0; i < 10'000; ++i) {
    const auto id = source.next<JobId>();
    EXPECT_GT(id, last);
    last = id;
  }
}

TEST(Ids, parse_only_digits_in_range) {
  EXPECT_EQ(ChannelId::parse("175928847299117063")->value, 175928847299117063U);
  for (const auto* text : {"", "0", "-1", "12x", " 1", "18446744073709551616", "../1"}) {
    EXPECT_FALSE(ChannelId::parse(text)) << text;
  }
  EXPECT_FALSE(JobId::parse("9223372036854775808"));
}

TEST(Json, absent_null_and_wrong_type_read_as_nothing) {
  const auto value = parse_json(R"({"id":"42","n":null,"count":3,"ok":true,"list":[1],"in":{"deep":"x"}})");
  ASSERT_TRUE(value);
  const Fields fields(*value);
  EXPECT_EQ(fields.id<ChannelId>("id")->value, 42U);
  EXPECT_FALSE(fields.string("n"));
  EXPECT_FALSE(fields.string("count"));
  EXPECT_EQ(fields.integer("count"), 3);
  EXPECT_EQ(fields.boolean("ok"), true);
  EXPECT_EQ(fields.array("list").size(), 1U);
  EXPECT_EQ(fields.array("absent").size(), 0U);
  EXPECT_EQ(fields.object("in").string("deep"), "x");
  EXPECT_FALSE(fields.object("absent").string("deep"));
}

TEST(Json, refuses_what_is_not_one_document) {
  for (const auto* text : {"", "{", "[1,]", "{} {}", "nul", "\"\xff\""})
    EXPECT_FALSE(parse_json(text)) << text;
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']'), 64));
}

TEST(Crypto, matches_published_vectors) {
  EXPECT_EQ(crypto::to_hex(crypto::sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  EXPECT_EQ(crypto::to_hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // RFC 4648, section 10 (lower case, without padding).
  EXPECT_EQ(crypto::to_base32("foobar"), "mzxw6ytboi");
  EXPECT_EQ(crypto::to_base32("fo"), "mzxq");
  EXPECT_EQ(crypto::to_base64url("\xfb\xff"), "-_8");
  for (const auto& bytes : {std::string(), std::string("\0\xff\n", 3), std::string("four")})
    EXPECT_EQ(crypto::from_base64url(crypto::to_base64url(bytes)), bytes);
  EXPECT_FALSE(crypto::from_base64url("a=b"));
  EXPECT_TRUE(crypto::equal_constant_time("same", "same"));
  EXPECT_FALSE(crypto::equal_constant_time("same", "sane"));
  EXPECT_FALSE(crypto::equal_constant_time("same", "same1"));
}

TEST(Crypto, a_sealed_secret_opens_only_with_its_key_and_its_context) {
  const crypto::Sealer sealer(Secret<std::string>(std::string(32, 'k')));
  const auto sealed = sealer.seal("bot token", "row 1");
  EXPECT_EQ(sealed.find("bot token"), std::string::npos);
  EXPECT_NE(sealed, sealer.seal("bot token", "row 1")) << "the nonce must be fresh";
  EXPECT_EQ(sealer.open(sealed, "row 1")->reveal(), "bot token");
  EXPECT_FALSE(sealer.open(sealed, "row 2"));
  EXPECT_FALSE(crypto::Sealer(Secret<std::string>(std::string(32, 'x'))).open(sealed, "row 1"));
  auto changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_FALSE(sealer.open(changed, "row 1"));
  EXPECT_FALSE(sealer.open("short", "row 1"));
}

TEST(Log, writes_fields_as_pairs_and_quotes_only_where_needed) {
  std::string line;
  log::set_tap([&](log::Level, std::string_view text) { line = text; });
  log::info("Match closed", {{"match", "1-abc"}, {"reason", "it ended"}, {"moved", 5}});
  log::set_tap(nullptr);
  EXPECT_EQ(line, R"(Match closed match=1-abc reason="it ended" moved=5)");
}

}  // namespace
}  // namespace matchday
