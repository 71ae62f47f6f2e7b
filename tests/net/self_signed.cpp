// See self_signed.hpp.
#include "tests/net/self_signed.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>

#include "base/error.hpp"

namespace matchday::net {
namespace {

void add_extension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

SelfSigned::SelfSigned(const std::string& host) {
  std::string pattern = (std::filesystem::temp_directory_path() / "matchday_tls_XXXXXX").string();
  CHECK(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;

  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  CHECK(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("Matchday test"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_subject_alt_name, "DNS:" + host + ",IP:127.0.0.1");
  CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);

  std::FILE* file = std::fopen(certificate_file().c_str(), "w");
  CHECK(file != nullptr && PEM_write_X509(file, certificate) == 1);
  std::fclose(file);
  file = std::fopen(key_file().c_str(), "w");
  CHECK(file != nullptr && PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

SelfSigned::~SelfSigned() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace matchday::net
