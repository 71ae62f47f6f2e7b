// Random texts that somebody else carries: states, sessions, API tokens. What is stored of one is its digest:
// who reads the database cannot use it. Private to accounts.
#pragma once
#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace matchday::accounts {

inline constexpr std::size_t token_size = 43;  // characters: 32 bytes in base64url

inline std::string new_token() {
  constexpr std::size_t token_bytes = 32;
  return crypto::to_base64url(crypto::random_bytes(token_bytes));
}

inline std::string hash_of(std::string_view token) {
  return crypto::to_hex(crypto::sha256(token));
}

}  // namespace matchday::accounts
