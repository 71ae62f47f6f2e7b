// See session_snapshot.hpp.
#include "server/session_snapshot.hpp"

#include <zlib.h>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace matchday::server {

using discord::GatewaySession;
using store::Transaction;

namespace {

constexpr std::int64_t only_shard = 0;  // one is right below 2500 guilds (reference/discord.md §2.8)

std::string deflated(std::string_view text) {
  auto size = compressBound(text.size());
  std::string out(size, '\0');
  const int outcome = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                                reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_BEST_SPEED);
  CHECK(outcome == Z_OK);
  out.resize(size);
  return out;
}

Result<std::string> inflated(std::string_view bytes, std::size_t size) {
  std::string out(size, '\0');
  auto written = static_cast<uLongf>(size);
  const int outcome = uncompress(reinterpret_cast<Bytef*>(out.data()), &written,
                                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (outcome != Z_OK || written != size) return fail(ErrorKind::invalid, "The stored guilds are damaged.");
  return out;
}

struct StoredSession {
  GatewaySession session;
  std::string credentials;
  std::string guilds;
  std::size_t guilds_bytes = 0;
  int tries = 0;
  Time saved_at;
};

std::optional<StoredSession> take_up(Transaction& tx) {
  const auto rows = tx.run("update gateway_sessions set tries = tries + 1 where shard = :shard returning *",
                           {{"shard", only_shard}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return StoredSession{.session = {.id = row.get<std::string>("session_id"),
                                   .resume_url = row.get<std::string>("resume_url"),
                                   .sequence = row.get<std::int64_t>("sequence"),
                                   .self = row.get<UserId>("self_id"),
                                   .application = row.get<ApplicationId>("application_id")},
                       .credentials = row.get<std::string>("credentials"),
                       .guilds = row.get<std::string>("guilds"),
                       .guilds_bytes = row.get<std::size_t>("guilds_bytes"),
                       .tries = row.get<int>("tries"),
                       .saved_at = row.get<Time>("saved_at_ms")};
}

}  // namespace

SessionSnapshot::SessionSnapshot(Executor executor, Clock& clock, store::Database& database,
                                 discord::GuildCache& guilds,
                                 std::function<std::optional<GatewaySession>()> session,
                                 std::string credentials, SessionSnapshotOptions options)
    : clock_(clock),
      database_(database),
      guilds_(guilds),
      session_(std::move(session)),
      credentials_(crypto::to_base32(crypto::sha256(credentials))),
      options_(options),
      arrived_(std::move(executor)) {}

// A row is tried however old it is, up to a day: how long Discord keeps a session is documented nowhere, the
// row of an idle server is old although its session is not, and a try that fails costs one op 9 and at most
// five seconds, but no identify.
Task<std::optional<GatewaySession>> SessionSnapshot::load() {
  auto stored = co_await database_.transact([](Transaction& tx) { return take_up(tx); });
  if (!stored) {
    log::warning("The gateway's session cannot be read", {{"error", stored.error().describe()}});
    co_return std::nullopt;
  }
  if (!*stored || (*stored)->credentials != credentials_ || (*stored)->tries > options_.tries_max ||
      clock_.now() - (*stored)->saved_at > options_.kept ||
      (*stored)->guilds_bytes > options_.stopping_bytes_max) {
    co_return std::nullopt;
  }
  const auto packed = crypto::from_base64url((*stored)->guilds);
  const auto guilds = packed ? inflated(*packed, (*stored)->guilds_bytes) : packed;
  const auto restored = guilds ? guilds_.restore(*guilds) : Result<>(std::unexpected(guilds.error()));
  if (!restored) {
    log::warning("The gateway's session is not resumed", {{"error", restored.error().describe()}});
    co_return std::nullopt;
  }
  auto& session = (*stored)->session;
  progress_.start(session.sequence);
  saved_session_ = session.id;
  saved_sequence_ = session.sequence;
  log::info("Resuming Discord's event stream",
            {{"guilds", guilds_.guilds().size()}, {"sequence", session.sequence}});
  co_return std::optional<GatewaySession>(std::move(session));
}

void SessionSnapshot::saw(const discord::GatewayEvent& event) {
  if (event.type == "READY") progress_.start(0);
  progress_.saw(event.sequence);
  if (changed_) return;
  changed_ = true;
  arrived_.notify_all();
}

discord::GatewayProgress::Work SessionSnapshot::begin(const discord::GatewayEvent& event) {
  return progress_.begin(event.sequence);
}

Task<void> SessionSnapshot::run() {
  for (;;) {
    while (!changed_ || too_large_) co_await arrived_.wait();
    // A new session is stored at once: a crash in its first second must not cost another identify.
    const bool known = session_() && session_()->id == saved_session_;
    if (known) co_await clock_.sleep(options_.settle);
    changed_ = false;
    co_await save(options_.running_bytes_max);
    co_await clock_.sleep(options_.save_every - options_.settle);
    // Work that was under way held the sequence back, or the save failed: it is looked at again.
    if (progress_.last_seen() != saved_sequence_) changed_ = true;
  }
}

Task<void> SessionSnapshot::save_at_end() {
  co_await save(options_.stopping_bytes_max);
}

bool SessionSnapshot::is_saved(const GatewaySession& session) const {
  return session.id == saved_session_ && progress_.done() == saved_sequence_;
}

Task<void> SessionSnapshot::save(std::size_t bytes_max) {
  const auto session = session_();
  if (!session || !session->self || !session->application || is_saved(*session)) co_return;
  // The sequence and the cache are taken in the same instant. The cache may know more than the sequence says.
  const auto sequence = progress_.done();
  auto guilds = guilds_.snapshot();
  if (guilds.size() > bytes_max) {
    too_large_ = true;
    log::info("What is known of guilds is too large to be stored while the server runs",
              {{"bytes", guilds.size()}});
    co_return;
  }
  auto stored = co_await database_.transact([session = *session, sequence, guilds = std::move(guilds),
                                             credentials = credentials_,
                                             now = clock_.now()](Transaction& tx) -> Result<> {
    drop(tx);
    tx.run(
        "insert into gateway_sessions (shard, credentials, session_id, resume_url, sequence, self_id,"
        " application_id, guilds, guilds_bytes, tries, saved_at_ms) values (:shard, :credentials, :session,"
        " :resume_url, :sequence, :self, :application, :guilds, :guilds_bytes, 0, :now)",
        {{"shard", only_shard},
         {"credentials", credentials},
         {"session", session.id},
         {"resume_url", session.resume_url},
         {"sequence", sequence},
         {"self", *session.self},
         {"application", *session.application},
         {"guilds", crypto::to_base64url(deflated(guilds))},
         {"guilds_bytes", guilds.size()},
         {"now", now}});
    return {};
  });
  if (!stored) {
    log::warning("The gateway's session cannot be stored", {{"error", stored.error().describe()}});
    co_return;
  }
  saved_session_ = session->id;
  saved_sequence_ = sequence;
}

void SessionSnapshot::drop(Transaction& tx) {
  tx.run("delete from gateway_sessions where shard = :shard", {{"shard", only_shard}});
}

}  // namespace matchday::server
