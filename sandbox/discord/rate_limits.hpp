// RateLimits: who may ask now. Buckets per (hash, major parameter) with their headers, the global limit, the
// hidden limits on channel names and role creation, and the count of invalid requests that makes Cloudflare
// step in (reference §3.1, §8.4).
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sandbox/discord/answers.hpp"
#include "sandbox/discord/state.hpp"

namespace matchday::sandbox::discord {

class RateLimits {
 public:
  explicit RateLimits(State& state) : state_(state) {}

  // The answer for an address that sent too many invalid requests.
  Refusal cloudflare(const std::string& address);
  // Counts an answer that Discord holds against the address.
  void count_invalid(const std::string& address);

  // The limit per token (or per address without one).
  Refusal global(const std::string& identity);

  // One request of a bucket. `route` is the template, `major` its major parameter's value.
  struct Admission {
    net::Headers headers;  // belong on the answer, whatever it is
    Refusal refusal;
  };
  Admission admit(const std::string& method, const std::string& route, const std::string& major);

  // The hidden limits: a request that is over them is answered 429 although its bucket has requests left.
  Refusal channel_rename(Channel& channel);
  Refusal role_create(Guild& guild);
  Refusal old_message_edit(const Message& message);

 private:
  struct Bucket {
    int used = 0;
    Time resets_at;
  };
  bool is_news(const std::string& method, const std::string& route, const BucketRule& rule);
  const BucketRule& rule_for(const std::string& method, const std::string& route);
  Refusal sub_limit(std::vector<Time>& past, int max, Duration window, const std::string& key, int code = 0);
  ApiResponse refuse(Duration retry_after, std::string_view scope, bool predictable, int code = 0);

  State& state_;
  std::map<std::pair<std::string, std::string>, BucketRule> derived_rules_;  // by method and route
  std::map<std::pair<std::string, std::string>, Bucket> buckets_;            // by hash and major parameter
  // What answers of a route said last about its bucket, and since when.
  struct Told {
    std::string hash;
    int limit = 0;
    Time since;
  };
  std::map<std::pair<std::string, std::string>, Told> told_;  // by method and route
  std::map<std::string, Bucket> global_;
  std::map<std::string, Time> told_until_;  // sub-limits that the client has been told about
  std::map<std::string, std::deque<Time>> invalid_;
  std::map<std::string, Time> banned_until_;
};

}  // namespace matchday::sandbox::discord
