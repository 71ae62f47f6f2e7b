// See sabotage.hpp.
#include "sim/campaign/sabotage.hpp"

#include <fmt/format.h>

namespace matchday::sim {
namespace {

constexpr std::uint64_t seeds_max = 3;
constexpr std::size_t crashes_max = 40;  // of one kind and seed

using net::HttpRequest;
using net::HttpResponse;

bool goes_to(const HttpRequest& request, std::string_view method, std::string_view part) {
  return request.method == method && request.url.contains(part);
}

// Replaces one text of SQL by another wherever it stands.
std::string replaced(std::string sql, std::string_view before, std::string_view after) {
  for (auto at = sql.find(before); at != std::string::npos; at = sql.find(before, at + after.size()))
    sql.replace(at, before.size(), after);
  return sql;
}

store::Param* param(std::vector<store::Param>& params, std::string_view name) {
  const auto found = std::ranges::find(params, name, &store::Param::name);
  return found == params.end() ? nullptr : &*found;
}

net::Headers without(const net::Headers& headers, std::initializer_list<std::string_view> names) {
  net::Headers out;
  for (const auto& [name, value] : headers.all()) {
    if (std::ranges::find(names, name) == names.end()) out.add(name, value);
  }
  return out;
}

// A row of the ledger is written by one statement for all steps (effects/reconciler.cpp, write).
bool writes_step(const std::string& sql, std::vector<store::Param>& params, std::string_view to) {
  const auto* step = param(params, "to");
  return sql.starts_with("update resources set state = :to") && step &&
         step->value == store::Value(std::string(to));
}

// The body of a request, changed as JSON.
void change_body(HttpRequest& request, void (*change)(json::object&)) {
  auto body = parse_json(request.body);
  if (!body || !body->is_object()) return;
  change(body->as_object());
  request.body = to_text(*body);
}

void no_sending_commit(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (writes_step(sql, params, "sending")) param(params, "to")->value = std::string("planned");
    if (auto* from = param(params, "from"); from && from->value == store::Value(std::string("sending")))
      from->value = std::string("planned");
    return sql;
  };
}

void no_quiet_period(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (writes_step(sql, params, "sending")) param(params, "sent_at")->value = std::int64_t{0};
    return sql;
  };
}

void unknown_is_planned(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (writes_step(sql, params, "unknown")) param(params, "to")->value = std::string("planned");
    return replaced(std::move(sql), "set state = 'unknown'", "set state = 'planned'");
  };
}

void repeats_creates(Seams& seams) {
  seams.sends_again = [](const HttpRequest& request, const Result<HttpResponse>& answer) {
    return request.method == "POST" && (!answer || answer->status >= 500);
  };
}

void forbidden_is_gone(Seams& seams) {
  seams.response = [](const HttpRequest& request, HttpResponse& response) {
    if (response.status != 403 || !request.url.contains("/channels/")) return;
    response.status = 404;
    response.body = R"({"message":"Unknown Channel","code":10003})";
  };
}

void answers_before_commit(Seams& seams) {
  seams.answers_webhooks_early = true;
}

void disk_lies(Seams& seams) {
  seams.disk_lies = true;
}

void no_marker(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    request.headers = without(request.headers, {"X-Audit-Log-Reason"});
  };
}

void blind_observer(Seams& seams) {
  seams.response = [](const HttpRequest& request, HttpResponse& response) {
    if (response.status == 200 && goes_to(request, "GET", "/audit-logs")) {
      response.body =
          R"({"audit_log_entries":[],"users":[],"application_commands":[],)"
          R"("auto_moderation_rules":[],"guild_scheduled_events":[],"integrations":[],"threads":[],)"
          R"("webhooks":[]})";
    }
    if (response.status == 200 && goes_to(request, "GET", "/channels") && request.url.contains("/guilds/"))
      response.body = "[]";
  };
}

void ignores_limits(Seams& seams) {
  seams.response = [](const HttpRequest&, HttpResponse& response) {
    response.headers =
        without(response.headers, {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
                                   "X-RateLimit-Reset-After", "X-RateLimit-Bucket"});
  };
}

void one_nonce(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    if (!goes_to(request, "POST", "/messages")) return;
    change_body(request, [](json::object& body) {
      if (body.contains("nonce")) body["nonce"] = "the same for all";
    });
  };
}

void plain_messages(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    if (!goes_to(request, "POST", "/messages")) return;
    change_body(request, [](json::object& body) {
      body.erase("nonce");
      body.erase("enforce_nonce");
      for (auto& embed : body["embeds"].as_array()) embed.as_object().erase("url");
    });
  };
}

void drops_tenant_filter(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>&) {
    if (!sql.contains("player_links") || !sql.starts_with("select")) return sql;
    return replaced(std::move(sql), "organization_id in (:organization, :everywhere)",
                    "(organization_id in (:organization, :everywhere) or 1 = 1)");
  };
}

void session_ahead(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (sql.starts_with("insert into gateway_sessions")) {
      auto& sequence = param(params, "sequence")->value;
      sequence = std::get<std::int64_t>(sequence) + 4;
    }
    return sql;
  };
}

void forgets_leases(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>&) {
    return replaced(std::move(sql), "state = 'leased' and (lease_until_ms < :now or (",
                    "state = 'leased' and ((:now < 0) or (1 = 0 and ");
  };
}

void forgets_origins(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (sql.starts_with("insert into match_members")) {
      if (auto* origin = param(params, "origin")) origin->value = nullptr;
    }
    return sql;
  };
}

void keeps_no_interactions(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    if (sql.starts_with("insert into interactions")) param(params, "expires")->value = std::int64_t{0};
    return sql;
  };
}

void remakes_what_humans_deleted(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>& params) {
    const auto* from = param(params, "from");
    if (writes_step(sql, params, "gone") && from && from->value == store::Value(std::string("confirmed")))
      param(params, "to")->value = std::string("planned");
    // The event that tells of it is not heard either.
    return replaced(std::move(sql), "and remote_id = :remote_id and state = 'confirmed' returning *",
                    "and remote_id = :remote_id and state = 'nothing' returning *");
  };
}

void shuts_itself_out(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    if (!goes_to(request, "POST", "/channels") || !request.url.contains("/guilds/")) return;
    change_body(request, [](json::object& body) {
      auto& overwrites = body["permission_overwrites"].as_array();
      if (overwrites.size() > 1) overwrites.erase(overwrites.begin() + 1);
    });
  };
}

void open_to_all(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    if (!goes_to(request, "POST", "/channels") || !request.url.contains("/guilds/")) return;
    change_body(request, [](json::object& body) {
      auto& overwrites = body["permission_overwrites"].as_array();
      if (!overwrites.empty()) overwrites.erase(overwrites.begin());
    });
  };
}

void removes_nothing(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    if (goes_to(request, "DELETE", "/channels/")) request.method = "GET";
  };
}

void believes_changes(Seams& seams) {
  seams.request = [](HttpRequest& request) {
    const auto at = request.url.find("/permissions/");
    if (request.method != "PUT" || at == std::string::npos) return;
    request.method = "GET";
    request.url.resize(at);
    request.body.clear();
  };
}

void never_unwants(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>&) {
    if (!sql.starts_with("update resources set wanted = null")) return sql;
    return replaced(std::move(sql), "where id = :id and wanted is not null",
                    "where id = :id and wanted = ''");
  };
}

void no_timetable(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>&) {
    return replaced(std::move(sql), "where active = 1 and next_run_at_ms <= :now",
                    "where active = 1 and next_run_at_ms <= :now - 999999999");
  };
}

void forgets_restores(Seams& seams) {
  seams.sql = [](std::string sql, std::vector<store::Param>&) {
    return replaced(std::move(sql), "select since_ms, reason from adoption",
                    "select since_ms, reason from adoption where 1 = 0");
  };
}

constexpr std::string_view room_sent = "just sent POST /discord/api/v10/guilds";

}  // namespace

const std::vector<Sabotage>& sabotages() {
  static const std::vector<Sabotage> all{
      {"no-sending-commit", "a create is sent without the durable `sending` before it", no_sending_commit,
       "short", room_sent},
      {"no-quiet-period", "what is in doubt is looked for at once, before it can have landed",
       no_quiet_period, "late-effect"},
      {"unknown-is-planned", "what may have happened counts as not done", unknown_is_planned, "short",
       room_sent},
      {"repeats-creates", "a POST is repeated after a 5xx", repeats_creates, "lost-answer"},
      {"forbidden-is-gone", "403 is taken for a deletion", forbidden_is_gone, "permission"},
      {"answers-before-commit", "webhooks are answered before they are stored", answers_before_commit,
       "short", "before a commit"},
      {"disk-lies", "commits are not synced", disk_lies, "short", "after a commit"},
      {"no-marker", "rooms carry no marker", no_marker, "short", room_sent},
      {"blind-observer", "listings are read as empty", blind_observer, "short", room_sent},
      {"ignores-limits", "what Discord says about its limits is not heard", ignores_limits, "whole"},
      {"one-nonce", "all messages have the same nonce", one_nonce, "two"},
      {"plain-messages", "messages have neither nonce nor marker", plain_messages, "two",
       "just sent POST /discord/api/v10/channels"},
      {"drops-tenant-filter", "linked players of all organizations are found", drops_tenant_filter, "whole"},
      {"session-ahead", "the stored session is ahead of the work", session_ahead, "human", "after a commit"},
      {"forgets-leases", "jobs of a dead process are never given back", forgets_leases, "short",
       "after a commit"},
      {"forgets-origins", "nobody knows where people came from", forgets_origins, "whole"},
      {"remakes-what-humans-deleted", "a human's deletion counts as a failure", remakes_what_humans_deleted,
       "human", "after a commit"},
      {"shuts-itself-out", "rooms are made without the bot's own overwrite", shuts_itself_out, "short"},
      {"open-to-all", "rooms are made without the lock for everybody", open_to_all, "short"},
      {"removes-nothing", "the room's removal is believed and never sent", removes_nothing, "short"},
      {"believes-changes", "changes of who may enter are believed and never sent", believes_changes, "whole"},
      {"never-unwants", "what is over is wanted for ever", never_unwants, "short"},
      {"no-timetable", "nothing happens at its time", no_timetable, "silent"},
      {"forgets-restores", "a restored database is trusted like a new one", forgets_restores, "restore"},
      {"keeps-no-interactions", "who waits for an answer is not remembered", keeps_no_interactions, "two",
       "before sending PATCH /discord/api/v10/webhooks"}};
  return all;
}

std::string Caught::in_words() const {
  constexpr std::size_t words_max = 70;  // the rest of an address says nothing
  std::string where = fmt::format("seed {}", seed);
  for (const auto at : crash_at)
    where += fmt::format(", killed at moment {} ({})", at, struck.substr(0, words_max));
  return fmt::format("{}: {}", where, by);
}

std::optional<Caught> hunt(const Sabotage& sabotage) {
  const auto& where = scenario(sabotage.scenario);
  int tries = 0;
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    Run run{.seed = seed};
    sabotage.install(run.seams);
    const auto notice = [&](const Outcome& outcome) -> std::optional<Caught> {
      ++tries;
      if (outcome.wrong.empty()) return std::nullopt;
      return Caught{.seed = seed,
                    .crash_at = run.crash_at,
                    .struck = outcome.struck.empty() ? "" : outcome.struck.front(),
                    .by = outcome.wrong.front(),
                    .tries = tries};
    };
    const auto undisturbed = play(where, run);
    if (auto caught = notice(undisturbed)) return caught;
    if (sabotage.crash_at.empty()) continue;
    std::vector<std::uint64_t> moments;
    for (std::size_t i = 0; i < undisturbed.names.size(); ++i) {
      if (undisturbed.names[i].starts_with(sabotage.crash_at)) moments.push_back(i + 1);
    }
    // Spread over the whole course.
    const auto step = std::max<std::size_t>(1, moments.size() / crashes_max);
    for (std::size_t i = 0; i < moments.size(); i += step) {
      run.crash_at = {moments[i]};
      if (auto caught = notice(play(where, run))) return caught;
    }
  }
  return std::nullopt;
}

}  // namespace matchday::sim
