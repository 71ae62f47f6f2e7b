// See course.hpp.
#include "sim/campaign/course.hpp"

#include <fmt/format.h>

#include "sim/evening/oracles.hpp"

namespace matchday::sim {
namespace {

constexpr int audit_channel_create = 10;  // reference/discord.md, audit log events

std::vector<std::string> one(std::string wrong) {
  return {std::move(wrong)};
}

}  // namespace

void Scenario::Course::begin() {
  began_ = last_happening_ = evening.platforms().agenda.now();
  evening.crashes().arm(run_.crash_at, run_.detail);
}

void Scenario::Course::becomes(std::string_view what, const Wrongs& right) {
  if (failed()) return;
  const auto since = [this] { return std::max(last_happening_, evening.last_boot()); };
  // A crash on the way begins the time anew, and there are few of them.
  while (!evening.live_until(1s, [&] { return evening.is_up() && right().empty(); })) {
    if (evening.platforms().agenda.now() - since() > converges_within) {
      for (const auto& wrong : right()) outcome_.wrong.push_back(fmt::format("{}: {}", what, wrong));
      if (outcome_.wrong.empty()) outcome_.wrong.push_back(fmt::format("{}: the server is not up", what));
      return;
    }
  }
  const auto now = evening.platforms().agenda.now();
  outcome_.longest_convergence = std::max(outcome_.longest_convergence, now - since());
  last_happening_ = now;
}

void Scenario::Course::stays(std::string_view what, Duration duration, const Wrongs& right) {
  if (failed()) return;
  evening.live(duration);
  last_happening_ = evening.platforms().agenda.now();
  becomes(fmt::format("{}, a while later", what), right);
}

void Scenario::Course::holds(std::vector<std::string> wrong) {
  if (failed()) return;
  std::ranges::move(wrong, std::back_inserter(outcome_.wrong));
}

UserId Scenario::Course::user(std::size_t player) const {
  return evening.platforms().demo.players.at(player).user;
}

void Scenario::Course::joins(std::size_t player, std::optional<ChannelId> channel) {
  if (failed()) return;
  CHECK(evening.platforms().discord.join_voice(evening.platforms().demo.guild, user(player), channel));
  evening.platforms().turn();
  last_happening_ = evening.platforms().agenda.now();
}

void Scenario::Course::types(std::size_t player, std::string command, json::object options) {
  if (failed()) return;
  typed_ = {
      .player = player, .command = std::move(command), .options = std::move(options), .interaction = {}};
  type();
}

void Scenario::Course::type() {
  auto& platforms = evening.platforms();
  const auto fired = platforms.discord.fire_command({.channel = platforms.demo.general,
                                                     .user = user(typed_.player),
                                                     .name = typed_.command,
                                                     .options = typed_.options});
  CHECK(fired);
  typed_.interaction = *fired;
  platforms.turn();
  last_happening_ = platforms.agenda.now();
}

std::vector<std::string> Scenario::Course::rooms() const {
  auto wrong = check_rooms(evening, linked, {});
  std::ranges::move(check_moves(evening, {}), std::back_inserter(wrong));
  std::ranges::move(check_limits(evening), std::back_inserter(wrong));
  return wrong;
}

std::vector<std::string> Scenario::Course::nothing_is_left() const {
  if (const auto left = evening.rooms().size(); left > 0)
    return one(fmt::format("{} rooms are left behind", left));
  return check_limits(evening);
}

std::vector<std::string> Scenario::Course::sit_in(const std::vector<std::size_t>& players,
                                                  ChannelId channel) const {
  const auto there = evening.sitting_in(channel);
  std::vector<std::string> wrong;
  for (const auto player : players) {
    if (std::ranges::find(there, user(player)) == there.end())
      wrong.push_back(
          fmt::format("{} does not sit where they should", evening.platforms().demo.players[player].name));
  }
  return wrong;
}

std::vector<std::string> Scenario::Course::made_exactly(std::size_t voice_channels) const {
  const auto& log = evening.platforms().discord.find_guild(evening.platforms().demo.guild)->audit_log;
  const auto made = static_cast<std::size_t>(std::ranges::count_if(log, [&](const auto& entry) {
    return entry.action == audit_channel_create && entry.user == evening.bot();
  }));
  if (made == voice_channels) return {};
  return one(fmt::format("{} channels were made, not {}", made, voice_channels));
}

std::vector<std::string> Scenario::Course::messages(ChannelId channel, std::size_t count) const {
  std::size_t ours = 0;
  for (const auto* message : evening.platforms().discord.messages_in(channel))
    ours += message->author == evening.bot() ? 1 : 0;
  if (ours == count) return {};
  return one(fmt::format("{} messages were posted, not {}", ours, count));
}

std::vector<std::string> Scenario::Course::answered(std::string_view words) {
  const auto view = evening.platforms().discord.what_user_sees(typed_.interaction);
  if (view && view->text.contains(words)) return {};
  if (view && view->state == sandbox::discord::InteractionState::failed && evening.is_up()) type();
  return one(fmt::format("somebody who typed a command sees \"{}\"", view ? view->text : "nothing"));
}

Outcome Scenario::Course::take_outcome() {
  const auto& crashes = evening.crashes();
  outcome_.trace = evening.trace();
  outcome_.moments = crashes.count();
  outcome_.names = crashes.moments();
  outcome_.struck = crashes.where();
  outcome_.all_struck = crashes.all_struck();
  outcome_.lasted = evening.platforms().agenda.now() - began_;
  outcome_.power_cuts = evening.power_cuts();
  return std::move(outcome_);
}

}  // namespace matchday::sim
