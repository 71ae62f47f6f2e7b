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

constexpr std::size_t nonce_size = 12;  // NIST SP 800-38D, 96 bits
constexpr std::size_t tag_size = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

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

std::string to_hex(std::string_view data) {
  return encode(data, "0123456789abcdef", 4);
}
std::string to_base32(std::string_view data) {
  return encode(data, "abcdefghijklmnopqrstuvwxyz234567", 5);
}
std::string to_base64url(std::string_view data) {
  return encode(data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6);
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
