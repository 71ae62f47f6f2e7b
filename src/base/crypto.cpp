// See crypto.hpp.
#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <memory>

namespace matchday::crypto {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t nonce_size = 12;  // NIST SP 800-38D, 96 bits
constexpr std::size_t tag_size = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

constexpr std::size_t ed25519_key_size = 32;  // RFC 8032, of the public key and of the seed
constexpr std::size_t ed25519_signature_size = 64;

Key private_key(std::string_view seed) {
  CHECK(seed.size() == ed25519_key_size);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size()));
  CHECK(key);
  return key;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Regroups bytes into `width`-bit digits of `alphabet`, most significant bit first.
std::string encode(std::string_view data, std::string_view alphabet, int width) {
  std::string out;
  unsigned buffer = 0;
  int held = 0;
  for (const char c : data) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= width) {
      held -= width;
      out += alphabet[(buffer >> held) & ((1U << width) - 1)];
    }
    buffer &= (1U << held) - 1;
  }
  if (held > 0) out += alphabet[(buffer << (width - held)) & ((1U << width) - 1)];
  return out;
}

}  // namespace

std::string random_bytes(std::size_t size) {
  std::string out(size, '\0');
  CHECK(RAND_bytes(bytes(out), static_cast<int>(size)) == 1);
  return out;
}

std::string sha256(std::string_view data) {
  std::string out(32, '\0');
  CHECK(EVP_Digest(data.data(), data.size(), bytes(out), nullptr, EVP_sha256(), nullptr) == 1);
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::string out(32, '\0');
  unsigned size = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(data), data.size(), bytes(out),
             &size));
  return out;
}

std::string derive_key(std::string_view secret, std::string_view purpose, std::size_t size) {
  std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr),
                                                                 EVP_PKEY_CTX_free);
  std::string out(size, '\0');
  CHECK(context && EVP_PKEY_derive_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1);
  CHECK(EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes(secret), static_cast<int>(secret.size())) == 1);
  CHECK(EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes(purpose), static_cast<int>(purpose.size())) == 1);
  CHECK(EVP_PKEY_derive(context.get(), bytes(out), &size) == 1);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool verify_ed25519(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != ed25519_key_size || signature.size() != ed25519_signature_size) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()));
  const Digest context(EVP_MD_CTX_new());
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

std::string sign_ed25519(std::string_view seed, std::string_view message) {
  const Key key = private_key(seed);
  const Digest context(EVP_MD_CTX_new());
  std::string signature(ed25519_signature_size, '\0');
  std::size_t size = signature.size();
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  CHECK(EVP_DigestSign(context.get(), bytes(signature), &size, bytes(message), message.size()) == 1);
  return signature;
}

std::string ed25519_public_key(std::string_view seed) {
  const Key key = private_key(seed);
  std::string out(ed25519_key_size, '\0');
  std::size_t size = out.size();
  CHECK(EVP_PKEY_get_raw_public_key(key.get(), bytes(out), &size) == 1);
  return out;
}

std::string to_hex(std::string_view data) {
  return encode(data, "0123456789abcdef", 4);
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string to_base32(std::string_view data) {
  return encode(data, "abcdefghijklmnopqrstuvwxyz234567", 5);
}
std::string to_base64(std::string_view data) {
  auto out = to_base64url(data);
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string to_base64url(std::string_view data) {
  return encode(data, base64url_alphabet, 6);
}

Result<std::string> from_base64url(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t window = 0;
  int bits = 0;
  for (const char symbol : text) {
    const auto value = base64url_alphabet.find(symbol);
    if (value == std::string_view::npos) return fail(ErrorKind::invalid, "The text is no base64url.");
    window = (window << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>((window >> static_cast<unsigned>(bits)) & 0xFFU));
  }
  return out;
}

Sealer::Sealer(Secret<std::string> key) : key_(std::move(key)) {
  CHECK(key_.reveal().size() == 32);
}

std::string Sealer::seal(std::string_view plain, std::string_view context) const {
  const std::string nonce = random_bytes(nonce_size);
  std::string body(plain.size(), '\0');
  std::string tag(tag_size, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  CHECK(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()), bytes(nonce)) ==
        1);
  CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes(context),
                          static_cast<int>(context.size())) == 1);
  CHECK(EVP_EncryptUpdate(cipher.get(), bytes(body), &written, bytes(plain),
                          static_cast<int>(plain.size())) == 1);
  CHECK(EVP_EncryptFinal_ex(cipher.get(), bytes(body) + written, &written) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, bytes(tag)) == 1);
  return nonce + tag + body;
}

Result<Secret<std::string>> Sealer::open(std::string_view sealed, std::string_view context) const {
  const auto wrong = [] {
    return fail(ErrorKind::invalid,
                "A stored secret does not open: the sealing key is not the one that it was sealed with.");
  };
  if (sealed.size() < nonce_size + tag_size) return wrong();
  const auto nonce = sealed.substr(0, nonce_size);
  std::string tag(sealed.substr(nonce_size, tag_size));
  const auto body = sealed.substr(nonce_size + tag_size);
  std::string plain(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  CHECK(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()), bytes(nonce)) ==
        1);
  CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes(context),
                          static_cast<int>(context.size())) == 1);
  CHECK(EVP_DecryptUpdate(cipher.get(), bytes(plain), &written, bytes(body), static_cast<int>(body.size())) ==
        1);
  CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, bytes(tag)) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), bytes(plain) + written, &written) != 1) return wrong();
  return Secret<std::string>(std::move(plain));
}

}  // namespace matchday::crypto
