// The settings of logging in at FACEIT: which address it comes back to, and what is said when half of them is
// missing.
#include <gmock/gmock.h>

#include <fstream>

#include "../support/temporary_directory.hpp"
#include "server/config.hpp"

namespace matchday::server {
namespace {

Config loaded(const std::map<std::string, std::string>& environment) {
  test::TemporaryDirectory directory;
  const auto path = directory.file("settings.toml");
  std::ofstream(path) << "";
  auto config = load_config(environment, path);
  EXPECT_TRUE(config) << config.error().message;
  return config.value_or(Config{});
}

TEST(LoginSettings, the_way_back_follows_from_the_public_address_unless_it_is_named) {
  EXPECT_EQ(loaded({}).faceit_callback(), "");
  EXPECT_EQ(loaded({{"MATCHDAY_PUBLIC_URL", "https://cup.example"}}).faceit_callback(),
            "https://cup.example/faceit/callback");
  EXPECT_EQ(loaded({{"MATCHDAY_PUBLIC_URL", "https://cup.example/md/"}}).faceit_callback(),
            "https://cup.example/md/faceit/callback");
  EXPECT_EQ(loaded({{"MATCHDAY_PUBLIC_URL", "https://cup.example"},
                    {"FACEIT_REDIRECT_URI", "https://old.example/faceit/callback"}})
                .faceit_callback(),
            "https://old.example/faceit/callback");
}

TEST(LoginSettings, half_of_them_are_remarked_with_what_is_missing) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  const auto remarks = [](std::map<std::string, std::string> given) { return loaded(given).remarks; };
  EXPECT_THAT(remarks({{"FACEIT_CLIENT_ID", "a"}}),
              ElementsAre("/verify is off: logging in at FACEIT also needs FACEIT_CLIENT_SECRET and "
                          "MATCHDAY_PUBLIC_URL."));
  EXPECT_THAT(remarks({{"FACEIT_CLIENT_SECRET", "b"}, {"FACEIT_REDIRECT_URI", "https://c.example/d"}}),
              ElementsAre("/verify is off: logging in at FACEIT also needs FACEIT_CLIENT_ID."));
  EXPECT_THAT(remarks({{"FACEIT_CLIENT_ID", "a"},
                       {"FACEIT_CLIENT_SECRET", "b"},
                       {"MATCHDAY_PUBLIC_URL", "https://c.example"}}),
              IsEmpty());
  EXPECT_THAT(remarks({{"MATCHDAY_PUBLIC_URL", "https://c.example"}}), IsEmpty());
}

}  // namespace
}  // namespace matchday::server
