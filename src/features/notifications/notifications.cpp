// See notifications.hpp.
#include "features/notifications/notifications.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "embedded/matchday_notifications_schema.hpp"
#include "features/notifications/webhook_store.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/text.hpp"
#include "remote/discord_message.hpp"

namespace matchday::notifications {
namespace {

constexpr std::string_view purpose = "notifications.alert";
constexpr std::int64_t color_open = 0xD9822B;      // amber
constexpr std::int64_t color_resolved = 0x2E9E5B;  // green
constexpr std::size_t description_max = 4096;      // Discord's limit for an embed

json::value document(std::string_view text, bool open) {
  return {{"embeds", json::array{{{"title", open ? "Matchday needs you" : "Resolved"},
                                  {"description", discord::cut_utf16(text, description_max)},
                                  {"color", open ? color_open : color_resolved}}}}};
}

effects::Want want(OrganizationId organization, ChannelId channel, std::string_view subject, int episode,
                   json::value wanted) {
  return {.organization = organization,
          .kind = std::string(remote::DiscordMessage::kind_name),
          .purpose = std::string(purpose),
          .subject = std::string(subject),
          .owner = fmt::format("alert/{}", subject),
          .generation = episode,
          .container = channel.text(),
          .document = std::move(wanted)};
}

}  // namespace

void Alerts::raise(store::Transaction& tx, OrganizationId organization, std::string_view subject,
                   std::string_view text, Time now) {
  const auto stored = tx.run(
      "insert into alerts (organization_id, subject, text, open, episode, raised_at_ms)"
      " values (:organization, :subject, :text, 1, 0, :now)"
      " on conflict (organization_id, subject) do update set text = excluded.text, open = 1,"
      "   episode = alerts.episode + (1 - alerts.open),"
      "   raised_at_ms = case when alerts.open = 1 then alerts.raised_at_ms else excluded.raised_at_ms end,"
      "   resolved_at_ms = null"
      "   where alerts.open = 0 or alerts.text <> excluded.text"
      " returning episode",
      {{"organization", organization}, {"subject", subject}, {"text", text}, {"now", now}});
  if (stored.empty()) return;  // said already
  log::warning("An organizer is needed",
               {{"organization", organization}, {"subject", subject}, {"text", text}});
  const auto owner = organizations::Organizations::find(tx, organization);
  if (!owner || !owner->alert_channel) return;
  ledger_.want(tx,
               want(organization, *owner->alert_channel, subject, stored.front().get<int>("episode"),
                    document(text, true)),
               now);
}

void Alerts::resolve(store::Transaction& tx, OrganizationId organization, std::string_view subject,
                     Time now) {
  const auto closed = tx.run(
      "update alerts set open = 0, resolved_at_ms = :now"
      " where organization_id = :organization and subject = :subject and open = 1 returning text, episode",
      {{"now", now}, {"organization", organization}, {"subject", subject}});
  if (closed.empty()) return;
  const auto owner = organizations::Organizations::find(tx, organization);
  if (!owner || !owner->alert_channel) return;
  const auto& row = closed.front();
  ledger_.want(tx,
               want(organization, *owner->alert_channel, subject, row.get<int>("episode"),
                    document(row.get<std::string>("text"), false)),
               now);
}

surfaces::Feature feature(Webhooks& webhooks) {
  return {.name = "notifications",
          .migrations = store::migrations_of("notifications", embedded::matchday_notifications_schema),
          .api = webhooks.routes(),
          .jobs_anywhere = webhooks.jobs(),
          .retention = {{.table = "alerts",
                         .time_column = "resolved_at_ms",
                         .kept = std::chrono::days(90),
                         .condition = "open = 0"},
                        {.table = "webhook_deliveries",
                         .time_column = "created_at_ms",
                         .kept = std::chrono::days(30),
                         .condition = "state <> 'pending'"}},
          .export_person = export_person,
          .erase_person = [](store::Transaction& tx, UserId user, Time) -> Result<> {
            erase_person(tx, user);
            return {};
          }};
}

}  // namespace matchday::notifications
