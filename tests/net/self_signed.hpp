// A certificate that a test makes for itself, as PEM files in a directory of its own.
#pragma once
#include <filesystem>
#include <string>

namespace matchday::net {

// Lifetime: the files are removed when it goes out of scope.
class SelfSigned {
 public:
  // Valid for `host`, a DNS name, and for 127.0.0.1.
  explicit SelfSigned(const std::string& host);
  ~SelfSigned();
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;

  std::string certificate_file() const { return (folder_ / "certificate.pem").string(); }
  std::string key_file() const { return (folder_ / "key.pem").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace matchday::net
