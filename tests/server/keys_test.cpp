// The master key: made once for its owner alone, found again, and never guessed at.
#include "server/keys.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "../support/temporary_directory.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"

namespace matchday::server {
namespace {

struct KeysTest : testing::Test {
  test::TemporaryDirectory directory;
  const std::string file = directory.file("matchday.key");

  KeysTest() { log::set_level(log::Level::error); }

  static std::string key(const Result<Secret<std::string>>& loaded) {
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? loaded->reveal() : "";
  }
  static Result<Secret<std::string>> by_sec_key(std::string text, const std::string& default_file) {
    return load_master_key("", default_file, Secret<std::string>(std::move(text)));
  }
  void write(std::string_view text) const { std::ofstream(file) << text; }
};

TEST_F(KeysTest, the_first_start_makes_a_key_that_only_its_owner_can_read) {
  EXPECT_EQ(key(load_master_key("", file, {})).size(), 32U);
  struct stat status{};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(file + ".new"));
}

TEST_F(KeysTest, a_new_key_is_told_of_in_the_log_but_never_written_there) {
  std::string lines;
  log::set_tap([&](log::Level, std::string_view line) { lines += line; });
  const auto made = key(load_master_key("", file, {}));
  log::set_tap({});
  EXPECT_TRUE(lines.contains("keep it beside your backups")) << lines;
  EXPECT_FALSE(lines.contains(crypto::to_hex(made)));
}

TEST_F(KeysTest, later_starts_find_the_same_key) {
  const auto made = key(load_master_key("", file, {}));
  EXPECT_EQ(key(load_master_key("", file, {})), made);
  EXPECT_EQ(key(load_master_key(file, directory.file("unused.key"), {})), made);
  EXPECT_FALSE(std::filesystem::exists(directory.file("unused.key")));
}

TEST_F(KeysTest, two_installations_have_different_keys) {
  EXPECT_NE(key(load_master_key("", file, {})), key(load_master_key("", directory.file("other.key"), {})));
}

TEST_F(KeysTest, a_key_is_64_hexadecimal_digits_however_the_operator_wrote_them) {
  for (const std::string& end : {"", "\n", "\r\n", " \n"}) {
    write(std::string(32, 'a') + std::string(32, '0') + end);
    EXPECT_EQ(key(load_master_key(file, "", {})), std::string(16, '\xaa') + std::string(16, '\0'));
  }
  write(std::string(64, 'A'));
  EXPECT_EQ(key(load_master_key(file, "", {})), std::string(32, '\xaa'));
}

TEST_F(KeysTest, what_is_not_a_key_is_refused_and_left_alone) {
  for (const std::string& text : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                                  std::string(63, 'a') + "g", std::string("key")}) {
    write(text);
    const auto loaded = load_master_key("", file, {});
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(loaded.error().message.contains(file));
    EXPECT_EQ(std::filesystem::file_size(file), text.size());
  }
}

TEST_F(KeysTest, a_place_where_no_key_can_be_written_is_named_with_the_reason) {
  const auto nowhere = directory.file("missing/matchday.key");
  const auto loaded = load_master_key("", nowhere, {});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(loaded.error().message.contains(nowhere)) << loaded.error().message;
  EXPECT_TRUE(loaded.error().message.contains("No such file or directory")) << loaded.error().message;
}

TEST_F(KeysTest, a_directory_in_the_place_of_the_key_is_an_error_and_no_crash) {
  const auto loaded = load_master_key(directory.path().string(), "", {});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(loaded.error().message.contains("cannot be read")) << loaded.error().message;
}

TEST_F(KeysTest, a_draft_that_a_crash_left_behind_neither_stops_nor_opens_the_key) {
  std::ofstream(file + ".new") << "half";
  std::filesystem::permissions(file + ".new", std::filesystem::perms::all);
  const auto made = key(load_master_key("", file, {}));
  EXPECT_EQ(key(load_master_key("", file, {})), made);
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(KeysTest, sec_key_is_stretched_always_in_the_same_way_and_leaves_no_file) {
  const auto stretched = key(by_sec_key("a text of the seeds", file));
  EXPECT_EQ(stretched.size(), 32U);
  EXPECT_EQ(key(by_sec_key("a text of the seeds", file)), stretched);
  EXPECT_NE(key(by_sec_key("a text of the seeds.", file)), stretched);
  EXPECT_FALSE(std::filesystem::exists(file));
}

// If this ever changes, every installation that upgrades loses its sealed secrets and its channels.
TEST_F(KeysTest, sec_key_gives_the_key_that_it_gave_in_the_first_version) {
  EXPECT_EQ(crypto::to_hex(key(by_sec_key("a text of the seeds", file))),
            "824bff46e6e0dfec84cc828a11c2295b43e7cf51f5a715cf3456cf85fa218a6e");
}

TEST_F(KeysTest, a_named_key_file_wins_over_sec_key) {
  write(std::string(64, 'b'));
  EXPECT_EQ(key(load_master_key(file, "", Secret<std::string>("text"))), std::string(32, '\xbb'));
}

}  // namespace
}  // namespace matchday::server
