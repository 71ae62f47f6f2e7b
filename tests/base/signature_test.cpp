// Ed25519 against the published example, and what must not pass.
#include <gtest/gtest.h>

#include "base/crypto.hpp"

namespace matchday::crypto {
namespace {

// RFC 8032, 7.1, test 2.
const std::string seed = *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
const std::string public_key = *from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const std::string signature = *from_hex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

TEST(Ed25519, signs_and_verifies_the_example_of_its_standard) {
  EXPECT_EQ(ed25519_public_key(seed), public_key);
  EXPECT_EQ(sign_ed25519(seed, "\x72"), signature);
  EXPECT_TRUE(verify_ed25519(public_key, "\x72", signature));
}

TEST(Ed25519, refuses_another_message_key_or_signature_and_whatever_has_a_wrong_size) {
  EXPECT_FALSE(verify_ed25519(public_key, "\x73", signature));
  EXPECT_FALSE(verify_ed25519(ed25519_public_key(std::string(32, 's')), "\x72", signature));
  auto changed = signature;
  changed[40] ^= 1;
  EXPECT_FALSE(verify_ed25519(public_key, "\x72", changed));
  EXPECT_FALSE(verify_ed25519(public_key, "\x72", ""));
  EXPECT_FALSE(verify_ed25519("", "\x72", signature));
  EXPECT_FALSE(verify_ed25519(public_key + "x", "\x72", signature));
}

TEST(Hex, is_read_in_either_case_and_nothing_else_is) {
  EXPECT_EQ(from_hex("00fFaB"), std::string("\0\xff\xab", 3));
  EXPECT_EQ(from_hex(""), "");
  EXPECT_EQ(from_hex("abc"), std::nullopt);
  EXPECT_EQ(from_hex("zz"), std::nullopt);
}

}  // namespace
}  // namespace matchday::crypto
