// What counts as a number in a text, and what does not.
#include "base/number.hpp"

#include <cstdint>

namespace matchday {
namespace {

TEST(ParseNumber, takes_a_text_that_is_a_number_and_nothing_else) {
  EXPECT_EQ(parse_number<int>("-42"), -42);
  EXPECT_EQ(parse_number<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_number<double>("0.25"), 0.25);
  for (const auto* text : {"", " 1", "1 ", "1s", "+1", "0x10", "1e3", "1.5"})
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
  EXPECT_EQ(parse_number<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_number<unsigned>("-1"), std::nullopt);
}

}  // namespace
}  // namespace matchday
