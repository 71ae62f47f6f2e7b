// See rate_limits.hpp.
#include "sandbox/discord/rate_limits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t buckets_kept = 10'000;  // beyond that those without an open window are forgotten

std::string hash_of(std::string_view method, std::string_view route) {
  return crypto::to_hex(crypto::sha256(fmt::format("{} {}", method, route))).substr(0, 32);
}

}  // namespace

// Typical values, seen by many bots; Discord may change them at any moment and a client must learn them.
std::vector<BucketRule> typical_buckets() {
  const auto hash = [](std::string_view name) { return hash_of("typical", name); };
  return {
      {"POST", "/channels/{channel_id}/messages", hash("message create"), 5, 5s},
      {"PATCH", "/channels/{channel_id}/messages/{message_id}", hash("message edit"), 5, 5s},
      {"DELETE", "/channels/{channel_id}/messages/{message_id}", hash("message delete"), 5, 1s},
      {"GET", "/channels/{channel_id}/messages", hash("messages read"), 5, 5s},
      {"PATCH", "/channels/{channel_id}", hash("channel edit"), 5, 15s},
      {"DELETE", "/channels/{channel_id}", hash("channel delete"), 5, 5s},
      {"PUT", "/channels/{channel_id}/permissions/{overwrite_id}", hash("overwrites"), 10, 15s},
      {"DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", hash("overwrites"), 10, 15s},
      {"POST", "/guilds/{guild_id}/channels", hash("channel create"), 10, 10s},
      {"PATCH", "/guilds/{guild_id}/members/{user_id}", hash("member edit"), 10, 10s},
      {"PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", hash("member role"), 10, 10s},
      {"DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", hash("member role"), 10, 10s},
      {"GET", "/guilds/{guild_id}/audit-logs", hash("audit log"), 5, 5s},
      {"POST", "/guilds/{guild_id}/scheduled-events", hash("event create"), 5, 10s},
      {"POST", "/users/@me/channels", hash("dm open"), 5, 5s},
      {"POST", "/webhooks/{webhook_id}/{webhook_token}", hash("webhook"), 5, 2s},
      {"PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", hash("webhook"), 5, 2s},
      {"PUT", "/applications/{application_id}/commands", hash("commands"), 2, 60s},
      {"PUT", "/applications/{application_id}/guilds/{guild_id}/commands", hash("guild commands"), 2, 60s},
  };
}

ApiResponse RateLimits::refuse(Duration retry_after, std::string_view scope, bool predictable, int code) {
  ++state_.counters.limited_by_scope[std::string(scope)];
  if (predictable) ++state_.counters.predictable_429s;
  return limited(std::max(retry_after, Duration(1)), scope, code);
}

Refusal RateLimits::cloudflare(const std::string& address) {
  const auto ban = banned_until_.find(address);
  if (ban == banned_until_.end() || ban->second <= state_.now) return std::nullopt;
  ++state_.counters.limited_by_scope["cloudflare"];
  return cloudflare_block(ban->second - state_.now);
}

void RateLimits::count_invalid(const std::string& address) {
  ++state_.counters.invalid_requests;
  auto& recent = invalid_[address];
  recent.push_back(state_.now);
  while (recent.front() <= state_.now - state_.rules.invalid_requests_window) recent.pop_front();
  if (recent.size() < static_cast<std::size_t>(state_.rules.invalid_requests_max)) return;
  banned_until_[address] = state_.now + state_.rules.cloudflare_ban;
  recent.clear();
}

Refusal RateLimits::global(const std::string& identity) {
  if (!state_.rules.rate_limits) return std::nullopt;
  auto& window = global_[identity];
  if (state_.now >= window.resets_at) window = {.used = 0, .resets_at = state_.now + 1s};
  if (window.used >= state_.rules.global_per_second)
    return refuse(window.resets_at - state_.now, "global", true);
  ++window.used;
  return std::nullopt;
}

const BucketRule& RateLimits::rule_for(const std::string& method, const std::string& route) {
  for (const auto& rule : state_.rules.buckets) {
    if (rule.method == method && rule.route == route) return rule;
  }
  auto& rule = derived_rules_[{method, route}];
  rule = state_.rules.default_bucket;
  if (rule.hash.empty()) rule.hash = hash_of(method, route);
  return rule;
}

// The route moved to another bucket, or the bucket got another limit, so shortly ago that what the client
// sends now may have left it before the first answer that said so arrived.
bool RateLimits::is_news(const std::string& method, const std::string& route, const BucketRule& rule) {
  constexpr Duration news_travels = 1s;
  auto& told = told_[{method, route}];
  const bool first = told.hash.empty();
  if (told.hash != rule.hash || told.limit != rule.limit) {
    told = {.hash = rule.hash, .limit = rule.limit, .since = first ? Time{} : state_.now};
  }
  return state_.now - told.since < news_travels;
}

RateLimits::Admission RateLimits::admit(const std::string& method, const std::string& route,
                                        const std::string& major) {
  if (!state_.rules.rate_limits) return {};
  const auto& rule = rule_for(method, route);
  if (buckets_.size() > buckets_kept) {
    std::erase_if(buckets_, [&](const auto& one) { return one.second.resets_at <= state_.now; });
  }
  auto& bucket = buckets_[{rule.hash, major}];
  if (state_.now >= bucket.resets_at) bucket = {.used = 0, .resets_at = state_.now + rule.window};
  Admission admission;
  const bool predictable = !is_news(method, route, rule);
  if (bucket.used >= rule.limit) {
    // Its last answer said Remaining 0 and when the window ends.
    admission.refusal = refuse(bucket.resets_at - state_.now, "user", predictable);
  } else {
    ++bucket.used;
  }
  auto& headers = admission.headers;
  headers.set("X-RateLimit-Limit", std::to_string(rule.limit));
  headers.set("X-RateLimit-Remaining", std::to_string(std::max(rule.limit - bucket.used, 0)));
  headers.set("X-RateLimit-Reset", seconds_text(bucket.resets_at.time_since_epoch()));
  headers.set("X-RateLimit-Reset-After", seconds_text(bucket.resets_at - state_.now));
  headers.set("X-RateLimit-Bucket", rule.hash);
  return admission;
}

Refusal RateLimits::sub_limit(std::vector<Time>& past, int max, Duration window, const std::string& key,
                              int code) {
  if (!state_.rules.rate_limits) return std::nullopt;
  std::erase_if(past, [&](Time when) { return when <= state_.now - window; });
  if (past.size() < static_cast<std::size_t>(max)) {
    past.push_back(state_.now);
    return std::nullopt;
  }
  const auto free_at = past.front() + window;
  auto& told = told_until_[key];
  const bool knew = told > state_.now;
  told = free_at;
  return refuse(free_at - state_.now, "user", knew, code);
}

Refusal RateLimits::channel_rename(Channel& channel) {
  return sub_limit(channel.renames, state_.rules.channel_renames_max, state_.rules.channel_renames_window,
                   "rename " + channel.id.text());
}

Refusal RateLimits::role_create(Guild& guild) {
  return sub_limit(guild.role_creates, state_.rules.role_creates_max, state_.rules.role_creates_window,
                   "roles " + guild.id.text());
}

Refusal RateLimits::old_message_edit(const Message& message) {
  if (state_.now - message.sent_at < state_.rules.old_message_age) return std::nullopt;
  return sub_limit(state_.old_message_edits[message.id], state_.rules.old_message_edits_max,
                   state_.rules.old_message_edits_window, "edits " + message.id.text(), 30046);
}

}  // namespace matchday::sandbox::discord
