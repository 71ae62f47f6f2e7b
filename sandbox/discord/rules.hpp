// Rules: every number and every uncertain fact of simulated Discord, with a default and where it comes from.
// Runs vary the uncertain ones; nothing in the simulator hard-codes them. Sources: "reference" is the
// project's fact sheet on Discord with the section; "spec" is Discord's OpenAPI document.
#pragma once
#include <string>
#include <vector>

#include "base/time.hpp"

namespace matchday::sandbox::discord {

// Which requests share one rate-limit bucket. `route` is a template: "/channels/{channel_id}/messages".
struct BucketRule {
  std::string method;
  std::string route;
  std::string hash;  // X-RateLimit-Bucket; routes with one hash share the limit, per major parameter
  int limit = 5;
  Duration window = 5s;
};

// Discord publishes no per-route limits and asks nobody to hard-code them (reference §3.1): typical ones.
std::vector<BucketRule> typical_buckets();

struct Rules {
  // The application and its bot.
  std::string bot_token = "sandbox.discord.bot-token-that-opens-nothing-outside-the-sandbox-000";
  std::string application_name = "Matchday";
  std::string client_secret = "sandbox-discord-client-secret-77c2";  // opens nothing outside the sandbox
  std::vector<std::string> redirect_uris;                            // saved in the developer portal
  std::string public_gateway_url = "ws://127.0.0.1:8080";            // /gateway, /gateway/bot and READY
  std::string public_cdn_url = "http://127.0.0.1:8080";              // attachments' addresses start with it
  bool message_content_intent = true;  // privileged intents: switched on in the developer portal?
  bool guild_members_intent = true;
  bool presence_intent = false;

  // REST (reference §3.1, §8.4).
  bool rate_limits = true;
  std::vector<BucketRule> buckets = typical_buckets();
  BucketRule default_bucket{.hash = "", .limit = 10, .window = 10s};  // routes that the table does not name
  int global_per_second = 50;
  int channel_renames_max = 2;  // hidden sub-limit on name and topic, answered with Remaining > 0
  Duration channel_renames_window = 10min;
  int role_creates_max = 250;  // hidden, uncertain (reference §9)
  Duration role_creates_window = 48h;
  int invalid_requests_max = 10'000;  // 401, 403 and 429 per address; then Cloudflare answers
  Duration invalid_requests_window = 10min;
  Duration cloudflare_ban = 10min;  // uncertain: minutes to 24 h

  // Resource limits (reference §1.12).
  int guild_channels_max = 500;
  int category_children_max = 50;
  int overwrites_max = 1000;
  int overwrites_max_on_create = 100;  // docs say 1000, the spec 100: uncertain
  int roles_max = 250;
  int scheduled_events_max = 100;
  int commands_created_per_day_max = 200;
  int message_length_max = 2000;  // the spec says 4000; the docs win
  Duration nonce_window = 3min;   // "the past few minutes": uncertain
  Duration old_message_age = 1h;  // editing older ones has a limit of its own (30046)
  int old_message_edits_max = 30;
  Duration old_message_edits_window = 1h;  // uncertain
  Duration audit_log_delay{0};             // how late an entry appears in the listing: uncertain
  Duration audit_log_kept = 45 * 24h;

  // Interactions (reference §4).
  Duration interaction_answer_max = 3s;
  Duration interaction_token_life = 15min;
  int interactions_between_forgeries = 10;  // over HTTP; "routinely", says Discord: uncertain

  // OAuth (reference §1.13, §8.6).
  Duration oauth_code_life = 60s;
  Duration oauth_token_life = 7 * 24h;

  // Gateway (reference §2, §8.3).
  Duration heartbeat_interval = 41250ms;
  double heartbeat_patience = 1.5;       // this many intervals without a heartbeat close the connection
  Duration identify_patience = 30s;      // between Hello and IDENTIFY or RESUME
  Duration session_life = 3min;          // after a drop; "a few minutes": uncertain
  std::size_t replay_events_max = 5000;  // older ones are forgotten: then op 9 false
  int client_messages_max = 120;         // per `client_messages_window`, else 4008
  Duration client_messages_window = 60s;
  std::size_t client_message_bytes_max = 4096;  // one source says 15 KiB: uncertain
  int session_starts_max = 1000;                // per 24 h; the next one resets the token
  int identify_concurrency = 1;                 // per 5 s
  int shards_recommended = 1;
  bool chunked_compression = false;  // split each compressed gateway message over several WebSocket messages

  // How unreliable the event stream is (reference §2.7: 0, 1 or N times, late).
  double dispatch_lost = 0;
  double dispatch_doubled = 0;
  Duration dispatch_delay_max{0};  // each event is late by up to this; order within a connection stays
};

}  // namespace matchday::sandbox::discord
