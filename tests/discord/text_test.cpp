// Other people's text, made safe.
#include "platforms/discord/text.hpp"

#include "base/random.hpp"

namespace matchday::discord {
namespace {

TEST(Text, is_cut_at_a_character_and_counted_in_utf16_units) {
  EXPECT_EQ(utf16_length("aé€😀"), 5U);
  struct Case {
    std::string_view text;
    std::size_t max;
    std::string_view expected;
  };
  for (const auto& c : {Case{"short", 10, "short"}, Case{"exact", 5, "exact"}, Case{"longer", 5, "long…"},
                        Case{"😀😀", 4, "😀😀"}, Case{"😀😀", 3, "😀…"}, Case{"😀😀", 2, "…"},
                        Case{"abc", 1, "…"}, Case{"abc", 0, ""},
                        Case{"a\xff"
                             "b",
                             5, "a\uFFFDb"},
                        Case{"", 5, ""}}) {
    EXPECT_EQ(cut_utf16(c.text, c.max), c.expected) << c.text << ' ' << c.max;
  }
}

TEST(Text, names_of_channels_show_what_they_are) {
  struct Case {
    std::string_view text;
    std::string_view expected;
  };
  for (const auto& c :
       {Case{"Match 1-7f3c · team_Kestrel", "Match 1-7f3c · team_Kestrel"}, Case{"  a \t\n b  ", "a b"},
        Case{"@everyone", "everyone"}, Case{"a\u200bb\u202ec\u2060", "abc"}, Case{"\u200b\u200b", "match"},
        Case{"", "match"}, Case{"\u3164", "match"}, Case{"Tëam 😀", "Tëam 😀"},
        Case{"a\u00a0\u3000b", "a b"}}) {
    EXPECT_EQ(sanitize_channel_name(c.text), c.expected) << c.text;
  }
  EXPECT_EQ(utf16_length(sanitize_channel_name(std::string(150, 'x'))), 100U);
}

TEST(Text, cannot_format_mention_or_link) {
  EXPECT_EQ(escape_markdown("**b** _i_ ~s~ `c` |p|"), R"(\*\*b\*\* \_i\_ \~s\~ \`c\` \|p\|)");
  EXPECT_EQ(escape_markdown("# h\n- l\na-b #c"), "\\# h\n\\- l\na-b #c");
  EXPECT_EQ(escape_markdown("[x](http://y)"), R"(\[x\](http\://y))");
  EXPECT_EQ(escape_markdown("@everyone <@1>"), "@\u200beveryone \\<@\u200b1\\>");
  EXPECT_EQ(escape_markdown("plain: text"), "plain: text");
}

TEST(Text, random_bytes_become_valid_and_stay_within_their_limit) {
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (int n = 0; n < 40; ++n) text += static_cast<char>(random.between(0, 255));
    const auto name = sanitize_channel_name(text);
    EXPECT_GE(utf16_length(name), 1U);
    EXPECT_EQ(cut_utf16(name, 1000), name) << "already valid";
    EXPECT_LE(utf16_length(cut_utf16(text, 7)), 7U);
  }
}

}  // namespace
}  // namespace matchday::discord
