// See match_voice.hpp: what this slice hands to the server, its settings and its look-up.
#include "features/match_voice/match_voice.hpp"

#include "embedded/matchday_match_voice_schema.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/operations.hpp"
#include "features/match_voice/person.hpp"

namespace matchday::match_voice {

using store::Transaction;

Task<Result<>> MatchVoice::configure(OrganizationId organization, Settings settings) {
  configured_ = organization;
  co_return co_await database_.transact(
      [this, organization, settings, now = clock_.now()](Transaction& tx) -> Result<> {
        auto current = find_settings(tx, organization).value_or(settings);
        current.guild = settings.guild;
        put_settings(tx, organization,
                     with_changes(std::move(current), settings, find_configured(tx, organization)));
        put_configured(tx, organization, to_json(settings));
        // A restart looks at every match that is not over: an event may have been lost with the process.
        for (const auto& [owner, match_id] : unfinished_matches(tx)) {
          look_at(tx, queue_, owner, match_id, now);
          if (surroundings_.faceit) ask_about(tx, queue_, owner, match_id, now);
        }
        for (const auto owner : organizations::Organizations::all(tx)) {
          if (find_settings(tx, owner)) look_every_minute(tx, owner, now);
        }
        return {};
      });
}

// A community that has just connected its first server needs no set-up: the usual settings hold.
Task<jobs::Outcome> MatchVoice::set_up(jobs::Job job) {
  const auto guild = GuildId::parse(job.subject);
  if (!guild) co_return jobs::Done{};
  auto done = co_await database_.transact(
      [this, organization = job.organization, guild = *guild, now = clock_.now()](Transaction& tx) {
        const auto known = find_settings(tx, organization);
        if (!known || !known->guild) change_settings(tx, queue_, organization, fresh_settings(guild), now);
      });
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

Task<Result<std::optional<ChannelId>>> MatchVoice::voice_channel_of(OrganizationId organization,
                                                                    std::string match_id) {
  if (const auto known = cache_.find(organization, match_id)) co_return known;
  auto stored = co_await database_.read(
      [organization, match_id](Transaction& tx) { return find_active(tx, organization, match_id); });
  if (stored && *stored) cache_.put(organization, match_id, **stored);
  co_return stored;
}

surfaces::Feature MatchVoice::feature() {
  const auto webhook = [this](std::string path) {
    return surfaces::Route{
        .method = "POST",
        .path = std::move(path),
        .handle = [this](surfaces::RouteRequest request) { return receive(std::move(request)); },
        .body_bytes_max = faceit::webhook_bytes_max,
        .admit = [this](net::RequestHead head,
                        surfaces::PathParams params) { return admit(std::move(head), std::move(params)); }};
  };
  auto commands = match_commands_.commands();
  std::ranges::move(faceit_commands_.commands(), std::back_inserter(commands));
  auto api = matches_api_.routes();
  std::ranges::move(settings_api_.routes(), std::back_inserter(api));
  constexpr auto kept = std::chrono::days(30);
  return {
      .name = "match_voice",
      .migrations = store::migrations_of("match_voice", embedded::matchday_match_voice_schema),
      .commands = std::move(commands),
      .components = match_commands_.components(),
      .routes = {webhook("/faceit-webhook"), webhook("/faceit-webhook/{key}")},
      .api = std::move(api),
      .jobs = {{std::string(converge_match_job), [this](jobs::Job job) { return converge(std::move(job)); }},
               {std::string(refresh_match_job), [this](jobs::Job job) { return refresh(std::move(job)); }},
               {std::string(poll_job), [this](jobs::Job job) { return poll(std::move(job)); }},
               {std::string(set_up_job), [this](jobs::Job job) { return set_up(std::move(job)); }},
               {std::string(link_changed_job),
                [this](jobs::Job job) { return link_changed(std::move(job)); }}},
      .topics = {{std::string(channel_purpose), std::string(converge_match_job)},
                 {std::string(move_purpose), std::string(converge_match_job)},
                 {std::string(organizations::server_linked_topic), std::string(set_up_job)},
                 {std::string(accounts::faceit_link_changed_topic), std::string(link_changed_job)}},
      // Rosters and members go with their match.
      .retention = {{.table = "match_state",
                     .time_column = "closed_at_ms",
                     .kept = kept,
                     .condition = "phase = 'closed'"}},
      .module =
          surfaces::Module{.name = std::string(module_name),
                           .title = "Match voice",
                           .description = "When a FACEIT match starts, private voice channels appear and "
                                          "its players are moved in; when it ends, they go back and the "
                                          "channels vanish."},
      .examine =
          [this](OrganizationId organization) {
            return examiner_.examine(organization, std::nullopt, std::nullopt);
          },
      .export_person = export_person,
      .erase_person = [](Transaction& tx, UserId user, Time) -> Result<> {
        erase_person(tx, user);
        return {};
      }};
}

}  // namespace matchday::match_voice
