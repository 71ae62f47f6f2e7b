// The few cryptographic operations that we need, over OpenSSL. Text in, text out: byte strings travel as
// std::string. Not here: TLS (net) and password hashing (nobody has a password here).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace matchday::crypto {

// `size` bytes from the operating system's generator.
std::string random_bytes(std::size_t size);

std::string sha256(std::string_view data);                             // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes

// HKDF-SHA-256 (RFC 5869) without salt: `size` bytes that depend on `secret` and `purpose`.
std::string derive_key(std::string_view secret, std::string_view purpose, std::size_t size);

// Compares in a time that does not depend on where the first difference is.
bool equal_constant_time(std::string_view a, std::string_view b);

// Ed25519 (RFC 8032): how Discord signs what it sends over HTTP. False for a key or signature of a wrong
// size, too.
bool verify_ed25519(std::string_view public_key, std::string_view message, std::string_view signature);

// Its other half, for simulated senders: `seed` has 32 bytes and is the private key.
std::string sign_ed25519(std::string_view seed, std::string_view message);  // 64 bytes
std::string ed25519_public_key(std::string_view seed);                      // 32 bytes

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view digits);  // either case; nothing, if it is no hex
std::string to_base32(std::string_view bytes);     // RFC 4648 alphabet in lower case, without padding
std::string to_base64(std::string_view bytes);     // RFC 4648 §4, with padding
std::string to_base64url(std::string_view bytes);  // without padding
Result<std::string> from_base64url(std::string_view text);

// Seals secrets for storage with AES-256-GCM. A sealed text carries its nonce; the context (such as the row
// that it belongs to) is authenticated, so that a sealed value copied into another row does not open.
class Sealer {
 public:
  // `key` has 32 bytes.
  explicit Sealer(Secret<std::string> key);
  std::string seal(std::string_view plain, std::string_view context) const;
  // Error: invalid, when it was changed, or sealed under another key or context.
  Result<Secret<std::string>> open(std::string_view sealed, std::string_view context) const;

 private:
  Secret<std::string> key_;
};

}  // namespace matchday::crypto
