// See buckets.hpp.
#include "platforms/discord/buckets.hpp"

#include <cmath>

#include "base/number.hpp"

namespace matchday::discord {
namespace {

// Discord counts 10,000 invalid requests in ten minutes for each address before Cloudflare bans it (reference
// §3.1).
constexpr Duration invalid_window = 10min;
// How long an edge ban lasts is not published; asking earlier prolongs it.
constexpr Duration edge_ban_min = 10min;
constexpr Duration global_window = 1s;
constexpr Duration unknown_window = 5s;
constexpr Duration asking_max = 3s;
constexpr Duration unknown_retry = 1s;
constexpr int invalid_webhook_token = 50027;

std::optional<Duration> seconds(const std::optional<std::string_view>& text) {
  const auto value = parse_number<double>(text.value_or(""));
  if (!value || !(*value >= 0) || *value > 1e7) return std::nullopt;
  return Duration(static_cast<std::int64_t>(std::ceil(*value * 1000)));
}

std::optional<int> number(const std::optional<std::string_view>& text) {
  const auto value = parse_number<int>(text.value_or(""));
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<Duration> body_retry_after(const json::value& body) {
  const auto* value = Fields(body).get("retry_after");
  if (!value || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const double given = value->to_number<double>(error);
  if (error || !(given >= 0) || given > 1e7) return std::nullopt;
  return Duration(static_cast<std::int64_t>(std::ceil(given * 1000)));
}

RateAnswer::Scope scope_of(const net::Headers& headers, const json::value& body) {
  const auto scope = headers.get("X-RateLimit-Scope").value_or("");
  if (scope == "shared") return RateAnswer::Scope::shared;
  if (scope == "global" || headers.get("X-RateLimit-Global") == "true") return RateAnswer::Scope::global;
  if (Fields(body).boolean("global") == true) return RateAnswer::Scope::global;
  return scope == "user" ? RateAnswer::Scope::user : RateAnswer::Scope::none;
}

bool is_exempt_from_global(Lane lane) {
  return lane <= Lane::interaction_webhook;
}

std::string parking_place(const RateKey& key) {
  return key.route + '|' + key.major + '|' + key.sublimit;
}

}  // namespace

RateKey::RateKey(const RestRequest& request)
    : route(request.method + ' ' + request.route),
      major(request.major),
      sublimit(request.sublimit),
      lane(request.lane),
      priority(request.priority),
      authorized(request.authorized),
      tenant(request.tenant),
      since(request.since) {}

RateAnswer read_rate_answer(int status, const net::Headers& headers, const json::value& body) {
  RateAnswer answer{.status = status};
  answer.code = static_cast<int>(Fields(body).integer("code").value_or(0));
  answer.bucket = headers.get("X-RateLimit-Bucket").value_or("");
  answer.limit = number(headers.get("X-RateLimit-Limit"));
  answer.remaining = number(headers.get("X-RateLimit-Remaining"));
  answer.reset_after = seconds(headers.get("X-RateLimit-Reset-After"));
  if (status != 429) return answer;
  const auto in_body = body_retry_after(body);
  answer.retry_after = in_body ? in_body : seconds(headers.get("Retry-After"));
  answer.scope = scope_of(headers, body);
  answer.from_edge = !in_body;
  return answer;
}

std::size_t Buckets::SlidingLog::count(Steady now, Duration window) {
  while (!answered.empty() && answered.front() + window <= now) answered.pop_front();
  return in_flight + answered.size();
}

Buckets::Decision Buckets::decide(const RateKey& key, Steady now) {
  if (auto decision = decide_breakers(key, now); decision.block != Block::none) return decision;
  if (key.lane == Lane::interaction_callback) return {};
  if (auto decision = decide_parked(key, now); decision.block != Block::none) return decision;
  if (auto decision = decide_hidden(key, now); decision.block != Block::none) return decision;
  if (auto decision = decide_held_route(key, now); decision.block != Block::none) return decision;
  if (auto decision = decide_bucket(key, now); decision.block != Block::none) return decision;
  return decide_global(key, now);
}

Buckets::Decision Buckets::decide_breakers(const RateKey& key, Steady now) {
  if (unauthorized_ && key.authorized) {
    return {Block::unauthorized, std::nullopt, "Discord refused the bot token; put in a new one"};
  }
  if (banned_until_ > now) {
    return {Block::banned, banned_until_, "Discord's edge has banned this address for a while"};
  }
  while (!invalid_.empty() && invalid_.front() + invalid_window <= now) invalid_.pop_front();
  if (invalid_.size() >= options_.invalid_stop && key.lane >= Lane::user_visible) {
    return {Block::banned, invalid_.front() + invalid_window,
            "too many requests were refused in the last ten minutes, and more would get this address banned"};
  }
  return {};
}

Buckets::Decision Buckets::decide_parked(const RateKey& key, Steady now) const {
  if (parked_.empty()) return {};
  const auto parked = parked_.find(parking_place(key));
  if (parked == parked_.end() || parked->second <= now) return {};
  return {Block::time, parked->second, "Discord allows this change only rarely"};
}

Buckets::Decision Buckets::decide_hidden(const RateKey& key, Steady now) {
  for (std::size_t i = 0; i < options_.hidden.size() && !key.sublimit.empty(); ++i) {
    const auto& limit = options_.hidden[i];
    if (limit.sublimit != key.sublimit) continue;
    const auto found = hidden_.find(std::to_string(i) + '|' + key.major);
    if (found == hidden_.end() || found->second.count(now, limit.window) < limit.count) continue;
    const auto& answered = found->second.answered;
    if (answered.empty()) return {Block::answer, std::nullopt, "another such change is under way"};
    return {Block::time, answered.front() + limit.window, "Discord allows this change only rarely"};
  }
  return {};
}

// Before the first answer a route stands for itself.
std::string Buckets::hash_of(const std::string& route) const {
  const auto known = routes_.find(route);
  return known == routes_.end() ? '?' + route : known->second.hash;
}

std::string Buckets::bucket_name(const RateKey& key) const {
  return hash_of(key.route) + '|' + key.major;
}

bool Buckets::is_over(const Bucket& bucket, Steady now) {
  return bucket.reset_at && *bucket.reset_at + bucket.guard <= now;
}

void Buckets::turn_over(Bucket& bucket, Steady now) const {
  std::erase_if(bucket.doubtful, [now](Steady until) { return until <= now; });
  if (!is_over(bucket, now)) return;
  bucket.remaining = *bucket.limit;
  bucket.reset_at.reset();
  bucket.window_from = next_;
}

Buckets::Decision Buckets::decide_held_route(const RateKey& key, Steady now) const {
  if (held_routes_.empty()) return {};
  const auto held = held_routes_.find(key.route);
  if (held == held_routes_.end() || held->second <= now) return {};
  return {Block::time, held->second, "an earlier process may have used up Discord's rate limit"};
}

Buckets::Decision Buckets::decide_bucket(const RateKey& key, Steady now) {
  constexpr std::string_view used_up = "Discord's rate limit is used up";
  auto& bucket = buckets_[bucket_name(key)];
  if (bucket.held_until > now) return {Block::time, bucket.held_until, used_up};
  if (bucket.unlimited) return {};
  turn_over(bucket, now);
  constexpr std::string_view asked = "another request is asking how many may follow";
  if (!bucket.limit && bucket.in_flight > 0) return {Block::answer, std::nullopt, asked};
  if (!bucket.reset_at && bucket.asking && bucket.asking_until > now)
    return {Block::answer, bucket.asking_until, asked};
  if (!bucket.limit || bucket.places() > 0) return {};
  auto until = bucket.reset_at ? std::optional(*bucket.reset_at + bucket.guard) : std::nullopt;
  for (const auto counts_until : bucket.doubtful)
    until = std::min(until.value_or(counts_until), counts_until);
  return {until ? Block::time : Block::answer, until, used_up};
}

Buckets::Decision Buckets::decide_global(const RateKey& key, Steady now) {
  if (is_exempt_from_global(key.lane)) return {};
  if (global_frozen_until_ > now)
    return {Block::time, global_frozen_until_, "Discord's global rate limit is used up"};
  const auto reserved = key.lane > Lane::user_visible ? options_.reserved_for_people : 0;
  if (global_.count(now, global_window) + reserved < options_.global_per_second) return {};
  if (global_.answered.empty()) return {Block::answer, std::nullopt, "many requests are under way"};
  return {Block::time, global_.answered.front() + global_window, "Discord's global rate limit is used up"};
}

void Buckets::for_each_log(const RateKey& key, const std::function<void(SlidingLog&)>& visit) {
  if (!is_exempt_from_global(key.lane)) visit(global_);
  for (std::size_t i = 0; i < options_.hidden.size() && !key.sublimit.empty(); ++i) {
    if (options_.hidden[i].sublimit == key.sublimit) visit(hidden_[std::to_string(i) + '|' + key.major]);
  }
}

Buckets::Number Buckets::start(const RateKey& key, Steady now) {
  const Number number = next_++;
  Ticket ticket{key, bucket_name(key)};
  auto& bucket = buckets_[ticket.bucket];
  ++bucket.in_flight;
  bucket.used_at = now;
  if (!bucket.reset_at) {
    bucket.asking = number;
    bucket.asking_until = now + asking_max;
  }
  for_each_log(key, [](SlidingLog& log) { ++log.in_flight; });
  tickets_.emplace(number, std::move(ticket));
  ++stats_.requests;
  if (number % 256 == 0) forget_idle(now);
  return number;
}

Buckets::Ticket Buckets::take(Number number) {
  auto node = tickets_.extract(number);
  CHECK(node);
  auto& bucket = buckets_[node.mapped().bucket];
  --bucket.in_flight;
  if (bucket.asking == number) bucket.asking = 0;
  for_each_log(node.mapped().key, [](SlidingLog& log) { --log.in_flight; });
  return std::move(node.mapped());
}

void Buckets::not_sent(Number number) {
  (void)take(number);
  --stats_.requests;
}

void Buckets::lost(Number number, Steady now) {
  const auto ticket = take(number);
  for_each_log(ticket.key, [now](SlidingLog& log) { log.answered.push_back(now); });
  count_one(ticket.key.route, buckets_[ticket.bucket], now);
}

void Buckets::finish(Number number, const RateAnswer& answer, Steady now) {
  const auto ticket = take(number);
  for_each_log(ticket.key, [now](SlidingLog& log) { log.answered.push_back(now); });
  count_invalid(ticket.key, answer, now);
  if (!answer.bucket.empty()) adopt(ticket.key, answer.bucket, number);
  auto& bucket = buckets_[bucket_name(ticket.key)];
  bucket.used_at = now;
  // The headers of a shared or global refusal may describe another window than the one that refused.
  const bool foreign = answer.scope == RateAnswer::Scope::shared || answer.scope == RateAnswer::Scope::global;
  if (!foreign && !answer.from_edge) {
    learn(ticket.key.route, bucket, answer, number, now);
    tell_window(ticket.key);
  }
  if (answer.status == 429) learn_refusal(ticket.key, bucket, answer, now);
}

// The route has another hash than we thought. When nobody has seen that hash before, the bucket was probably
// renamed, and all its routes go along. An answer to a request from before the change may still name the old
// one: it is late, not news.
void Buckets::adopt(const RateKey& key, const std::string& hash, Number answered) {
  const auto& route = key.route;
  const auto before = hash_of(route);
  if (before == hash) return;
  auto& entry = routes_[route];
  if (answered < entry.since) return;
  const bool renamed = !entry.hash.empty() && !kinds_.contains(hash);
  if (const auto old_kind = kinds_.find(before); renamed && old_kind != kinds_.end())
    kinds_[hash] = old_kind->second;
  entry = {hash, next_};
  for (auto& [other, its] : routes_) {
    if (renamed && its.hash == before) its = {hash, next_};
  }
  const bool is_new = !buckets_.contains(bucket_name(key));
  inherit(before + '|', hash + '|');
  if (is_new) {  // of it, this answer says all
    auto& bucket = buckets_[bucket_name(key)];
    bucket.reset_at.reset();
    bucket.window_from = next_;
  }
  for (auto& [number, ticket] : tickets_) {
    --buckets_[ticket.bucket].in_flight;
    ticket.bucket = bucket_name(ticket.key);
    ++buckets_[ticket.bucket].in_flight;
  }
}

// What the old buckets had used may have moved along: the new ones start no richer.
void Buckets::inherit(const std::string& old_prefix, const std::string& new_prefix) {
  std::vector<std::pair<std::string, Bucket>> moved;
  for (auto at = buckets_.lower_bound(old_prefix); at != buckets_.end() && at->first.starts_with(old_prefix);
       ++at) {
    if (at->second.limit) moved.emplace_back(new_prefix + at->first.substr(old_prefix.size()), at->second);
  }
  for (auto& [name, old] : moved) {
    old.in_flight = 0;
    const auto [at, is_new] = buckets_.emplace(name, old);
    auto& heir = at->second;
    if (is_new) continue;
    std::ranges::copy(old.doubtful, std::back_inserter(heir.doubtful));
    heir.held_until = std::max(heir.held_until, old.held_until);
    if (!old.reset_at) continue;
    heir.remaining = heir.limit ? std::min(heir.remaining, old.remaining) : old.remaining;
    if (!heir.limit) heir.limit = old.limit;
    heir.reset_at = std::max(heir.reset_at.value_or(*old.reset_at), *old.reset_at);
  }
}

void Buckets::learn(const std::string& route, Bucket& bucket, const RateAnswer& answer, Number number,
                    Steady now) {
  if (!answer.limit || !answer.remaining || !answer.reset_after) {
    if (!bucket.limit && answer.status < 300) bucket.unlimited = true;
    if (bucket.limit) count_one(route, bucket, now);
    return;
  }
  bucket.unlimited = false;
  bucket.limit = std::max(1, *answer.limit);
  auto& kind = kinds_[hash_of(route)];
  const bool opened_it =
      *answer.remaining + 1 == *answer.limit;  // then what is left of the window is all of it
  kind = {*bucket.limit, opened_it ? *answer.reset_after : std::max(kind.window, *answer.reset_after)};
  bucket.guard = std::min(options_.guard, kind.window / 100);
  const Steady reset = now + *answer.reset_after;
  if (!bucket.reset_at) {
    bucket.remaining = *answer.remaining;
    bucket.reset_at = reset;
    return;
  }
  // Answers overtake each other: within a window the smallest number is true. Of two reckonings of its end
  // the earlier is the better one, both being late by their answer's way. Unless one may be of another
  // window: then the later end is never too generous.
  bucket.remaining = std::min(bucket.remaining, *answer.remaining);
  if (reset > *bucket.reset_at + kind.window / 2) bucket.window_from = next_;
  bucket.reset_at =
      number < bucket.window_from ? std::max(*bucket.reset_at, reset) : std::min(*bucket.reset_at, reset);
}

void Buckets::tell_window(const RateKey& key) {
  // Longer by less than that is the way of an answer.
  constexpr Duration news = 250ms;
  const auto kind = kinds_.find(hash_of(key.route));
  if (kind == kinds_.end() || is_exempt_from_global(key.lane)) return;
  auto& told = told_windows_[key.route];
  if (kind->second.window < told + news) return;
  told = kind->second.window;
  on_window(key.route, told);
}

// A request that may have been counted, although nobody says so: it occupies a place until it cannot any
// more.
void Buckets::count_one(const std::string& route, Bucket& bucket, Steady now) const {
  const auto kind = kinds_.find(hash_of(route));
  if (bucket.unlimited || kind == kinds_.end()) return;
  if (!bucket.limit) bucket.limit = bucket.remaining = kind->second.limit;
  bucket.doubtful.push_back(now + std::max(kind->second.window, unknown_window));
}

void Buckets::learn_refusal(const RateKey& key, Bucket& bucket, const RateAnswer& answer, Steady now) {
  const auto wait = answer.retry_after ? *answer.retry_after : answer.reset_after.value_or(unknown_retry);
  const Steady until = now + wait + options_.guard;
  if (answer.from_edge) {
    ++stats_.limited_by_edge;
    banned_until_ = std::max({banned_until_, until, now + edge_ban_min});
    return;
  }
  switch (answer.scope) {
    case RateAnswer::Scope::global:
      ++stats_.limited_global;
      global_frozen_until_ = std::max(global_frozen_until_, until);
      return;
    case RateAnswer::Scope::shared:
      ++stats_.limited_shared;
      break;
    case RateAnswer::Scope::user:
    case RateAnswer::Scope::none:
      ++stats_.limited_user;
      break;
  }
  const bool hidden = answer.scope != RateAnswer::Scope::shared && answer.remaining.value_or(0) > 0;
  if (hidden || !bucket.limit) {
    auto& parked = parked_[parking_place(key)];
    parked = std::max(parked, until);
  } else {
    bucket.held_until = std::max(bucket.held_until, until);
  }
}

void Buckets::count_invalid(const RateKey& key, const RateAnswer& answer, Steady now) {
  const bool limited = answer.status == 429 && answer.scope != RateAnswer::Scope::shared;
  if (answer.status == 401 || answer.status == 403 || limited) invalid_.push_back(now);
  if (answer.status == 401 && key.authorized && answer.code != invalid_webhook_token) unauthorized_ = true;
}

void Buckets::forget_idle(Steady now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const auto& bucket = entry.second;
    const bool idle = bucket.in_flight == 0 && bucket.used_at + options_.unlearn_after <= now;
    return idle && bucket.held_until <= now && (!bucket.reset_at || is_over(bucket, now));
  });
  std::erase_if(held_routes_, [&](const auto& entry) { return entry.second <= now; });
  std::erase_if(parked_, [&](const auto& entry) { return entry.second <= now; });
  for (auto at = hidden_.begin(); at != hidden_.end();) {
    const auto& limit = options_.hidden[static_cast<std::size_t>(std::stoul(at->first))];
    at = at->second.count(now, limit.window) == 0 ? hidden_.erase(at) : std::next(at);
  }
}

Buckets::Stats Buckets::stats() const {
  auto stats = stats_;
  stats.invalid_recent = invalid_.size();
  stats.buckets = buckets_.size();
  stats.unauthorized = unauthorized_;
  return stats;
}

}  // namespace matchday::discord
