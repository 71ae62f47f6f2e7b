// See installation.hpp.
#include "server/installation.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "effects/adoption.hpp"
#include "server/session_snapshot.hpp"

namespace matchday::server {
namespace {

// Tells nothing about the key to who reads the database.
std::string check_of(const Secret<std::string>& master_key) {
  constexpr std::size_t bytes = 16;
  return crypto::to_hex(crypto::derive_key(master_key.reveal(), "key check", bytes));
}

// Schema changes of other processes wait meanwhile.
template <class F>
void alone(store::Session& session, F function) {
  store::in_transaction(session, store::Access::exclusive, [&] {
    store::Transaction tx(session);
    function(tx);
    return true;
  });
}

void write_identity(store::Transaction& tx, const std::optional<std::string>& file_identity) {
  tx.run("update installation set file_identity = :identity where id = 1", {{"identity", file_identity}});
}

}  // namespace

std::optional<std::string> identity_of(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

std::string restored_mark(const std::string& data_directory) {
  return (std::filesystem::path(data_directory) / "matchday.restored").string();
}

Result<> check_installation(store::Session& session, const Secret<std::string>& master_key,
                            const std::optional<std::string>& file_identity, Time now) {
  Result<> out;
  alone(session, [&](store::Transaction& tx) {
    const auto rows = tx.run("select key_check, file_identity from installation");
    if (rows.empty()) {
      tx.run("insert into installation (id, key_check, file_identity) values (1, :key, :identity)",
             {{"key", check_of(master_key)}, {"identity", file_identity}});
      return;
    }
    const auto& row = rows.front();
    if (row.get<std::string>("key_check") != check_of(master_key)) {
      out = fail(
          ErrorKind::conflict,
          "This database belongs to another key. Put the key file (matchday.key, or MATCHDAY_KEY_FILE, or "
          "SEC_KEY) that was kept beside it in its place.");
      return;
    }
    const auto known = row.get<std::optional<std::string>>("file_identity");
    if (!known || !file_identity || *known == *file_identity) return;
    log::warning(
        "The database file is a copy, or was moved: nothing is removed, and everything is looked for before "
        "it is "
        "made. If no other installation with this bot runs, stop the server and say `matchday "
        "adopt-identity`.");
    effects::begin_adoption(tx, "the database file is a copy, or was moved", now);
  });
  return out;
}

void mark_restored(store::Session& session, const std::optional<std::string>& file_identity, Time now) {
  alone(session, [&](store::Transaction& tx) {
    effects::begin_adoption(tx, "restored from a backup", now);
    write_identity(tx, file_identity);
    SessionSnapshot::drop(tx);  // Discord does not know it any more, or knows more of it
    tx.run("update discord_routes set free_at_ms = null");
  });
}

void adopt_identity(store::Session& session, const std::optional<std::string>& file_identity) {
  alone(session, [&](store::Transaction& tx) {
    effects::end_adoption(tx);
    write_identity(tx, file_identity);
  });
}

}  // namespace matchday::server
