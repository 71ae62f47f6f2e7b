// See keys.hpp.
#include "server/keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace matchday::server {
namespace {

constexpr std::size_t key_bytes = 32;

std::optional<std::string> from_hex(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  if (text.size() != 2 * key_bytes) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto* end = text.data() + i + 2;
    if (const auto [stop, error] = std::from_chars(text.data() + i, end, value, 16);
        error != std::errc{} || stop != end) {
      return std::nullopt;
    }
    out += static_cast<char>(value);
  }
  return out;
}

Result<Secret<std::string>> read_key(const std::string& path) {
  // Reading a directory would throw.
  if (std::filesystem::is_directory(path)) {
    return fail(ErrorKind::unavailable,
                fmt::format("The key file {} cannot be read: it is a directory.", path));
  }
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return fail(ErrorKind::unavailable, fmt::format("The key file {} cannot be read.", path));
  auto key = from_hex(text);
  if (!key)
    return fail(ErrorKind::invalid,
                fmt::format("{} is not a key file: it must hold 64 hexadecimal digits.", path));
  return Secret<std::string>(std::move(*key));
}

// Written whole and synced before it is used: a key that is lost in a crash would orphan what it marked. Of
// two processes that start together one makes it and both use it.
Result<Secret<std::string>> make_key(const std::string& path) {
  const auto key = crypto::random_bytes(key_bytes);
  const auto text = crypto::to_hex(key) + "\n";
  const auto draft = fmt::format("{}.new.{}", path, ::getpid());
  ::unlink(draft.c_str());  // one that a crash left behind could be open to others
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const bool written = file >= 0 &&
                       ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file) == 0;
  const bool placed = written && ::link(draft.c_str(), path.c_str()) == 0;  // never over another's
  const int reason = errno;
  if (file >= 0) ::close(file);
  ::unlink(draft.c_str());
  if (!placed && written && reason == EEXIST) return read_key(path);
  if (!placed) {
    return fail(ErrorKind::unavailable,
                fmt::format("The key file {} cannot be written: {}", path, std::strerror(reason)));
  }
  log::info("Made a new key; keep it beside your backups", {{"file", path}});
  return Secret<std::string>(key);
}

}  // namespace

Result<Secret<std::string>> load_master_key(const std::string& key_file, const std::string& default_file,
                                            const Secret<std::string>& sec_key) {
  if (key_file.empty() && !sec_key.empty()) {
    return Secret<std::string>(crypto::derive_key(sec_key.reveal(), "matchday master key", key_bytes));
  }
  const auto& path = key_file.empty() ? default_file : key_file;
  std::error_code unknown;
  const auto status = std::filesystem::status(path, unknown);
  return status.type() == std::filesystem::file_type::not_found ? make_key(path) : read_key(path);
}

}  // namespace matchday::server
