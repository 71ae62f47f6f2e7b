// See user.hpp.
#include "platforms/osu/user.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace matchday::osu {
namespace {

constexpr std::array rulesets{Ruleset::osu, Ruleset::taiko, Ruleset::fruits, Ruleset::mania};
constexpr std::size_t username_max = 30;

// From 1; whatever else is there stands for "unranked".
std::optional<std::int64_t> rank(const Fields& fields, std::string_view key) {
  auto value = fields.integer(key);
  if (value && *value <= 0) value.reset();
  return value;
}

// The single-user calls count everybody in; who has no row has zeros (§3.5).
Statistics parse_statistics(const Fields& fields) {
  Statistics out{.pp = number_or(fields, "pp", 0),
                 .accuracy = number_or(fields, "accuracy", 0),
                 .play_count = fields.integer("play_count").value_or(0),
                 .play_time = std::chrono::seconds(fields.integer("play_time").value_or(0))};
  out.global_rank = rank(fields, "global_rank");
  out.country_rank = rank(fields, "country_rank");
  // Older than the fraction, and in percent.
  if (!fields.get("accuracy")) out.accuracy = number_or(fields, "hit_accuracy", 0) / 100;
  return out;
}

std::map<Ruleset, Statistics> parse_all_statistics(const Fields& fields, Ruleset asked_for) {
  std::map<Ruleset, Statistics> out;
  const auto by_ruleset = fields.object("statistics_rulesets");
  for (const auto ruleset : rulesets) {
    if (const auto one = by_ruleset.object(name(ruleset)); one.is_object())
      out[ruleset] = parse_statistics(one);
  }
  if (const auto one = fields.object("statistics"); one.is_object()) out[asked_for] = parse_statistics(one);
  return out;
}

std::vector<std::int64_t> parse_rank_history(const Fields& fields) {
  std::vector<std::int64_t> out;
  for (const auto& day : fields.array("data")) {
    const auto* place = day.if_int64();
    out.push_back(place ? std::max<std::int64_t>(*place, 0) : 0);
  }
  return out;
}

}  // namespace

double number_or(const Fields& fields, std::string_view key, double fallback) {
  const auto* value = fields.get(key);
  const auto number = value && value->is_number() ? value->to_number<double>() : fallback;
  return std::isfinite(number) ? number : fallback;
}

std::string_view name(Ruleset ruleset) {
  switch (ruleset) {
    case Ruleset::osu:
      return "osu";
    case Ruleset::taiko:
      return "taiko";
    case Ruleset::fruits:
      return "fruits";
    case Ruleset::mania:
      return "mania";
  }
  return "osu";
}

const Statistics* User::in(Ruleset ruleset) const {
  const auto found = statistics.find(ruleset);
  return found == statistics.end() ? nullptr : &found->second;
}

std::optional<User> parse_user(const json::value& value, Ruleset ruleset) {
  const Fields fields(value);
  User user{.id = PlayerId{fields.integer("id").value_or(0)},
            .username = fields.string_or("username", ""),
            .country_code = fields.string_or("country_code", ""),
            .avatar_url = fields.string_or("avatar_url", ""),
            .is_active = fields.boolean("is_active").value_or(false),
            .is_bot = fields.boolean("is_bot").value_or(false),
            .is_restricted = fields.boolean("is_restricted").value_or(false)};
  if (user.id.value <= 0 || user.username.empty()) return std::nullopt;
  if (const auto text = fields.string("last_visit")) {
    if (const auto time = parse_rfc3339(*text)) user.last_visit = *time;
  }
  user.statistics = parse_all_statistics(fields, ruleset);
  user.rank_history = parse_rank_history(fields.object("rank_history"));
  for (const auto& earlier : fields.array("previous_usernames")) {
    if (const auto* text = earlier.if_string()) user.previous_usernames.emplace_back(*text);
  }
  return user;
}

bool is_possible_username(std::string_view username) {
  const auto possible = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view(" _-[]").contains(c);
  };
  return !username.empty() && username.size() <= username_max && std::ranges::all_of(username, possible);
}

}  // namespace matchday::osu
