// See settings_api.hpp.
#include "features/match_voice/settings_api.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "features/match_voice/operations.hpp"
#include "features/match_voice/resources.hpp"
#include "features/match_voice/settings_change.hpp"
#include "features/match_voice/settings_names.hpp"
#include "features/match_voice/store.hpp"
#include "surfaces/body.hpp"

namespace matchday::match_voice {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::or_null;
using surfaces::Permission;

namespace {

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

json::object document(const Settings& settings) {
  const auto& following = settings.following;
  return {{"server_id", settings.guild ? json::value(settings.guild.text()) : json::value(nullptr)},
          {"teams", name_choice(teams_names, settings.teams)},
          {"open_on", name_choice(open_names, settings.open_on)},
          {"move_from", name_choice(from_names, settings.move_from)},
          {"return_to", name_choice(return_names, settings.return_to)},
          {"category", or_null(settings.category)},
          {"lobby", or_null(settings.lobby)},
          {"card_channel", or_null(settings.card_channel)},
          {"spectator_role", or_null(settings.spectator_role)},
          {"name_template", settings.name_template},
          {"grace_seconds", settings.grace.count()},
          {"max_age_minutes", settings.max_age.count()},
          {"live_status", settings.live_status},
          {"moves_need_proof", settings.moves_need_proof},
          {"following",
           {{"organizers", texts(following.organizers)},
            {"hubs", texts(following.hubs)},
            {"championships", texts(following.championships)},
            {"games", texts(following.games)}}}};
}

// They have no number of their own: commands and the configuration change them too.
std::int64_t version_of(const Settings& settings) {
  constexpr std::size_t digits = 13;  // 52 bits
  const auto digest = crypto::to_hex(crypto::sha256(to_text(document(settings)))).substr(0, digits);
  return std::stoll(digest, nullptr, 16);
}

struct Wanted {
  SettingsWish wish;
  std::vector<std::string> cleared;
  std::map<std::string, std::vector<std::string>> following;  // by kind: what takes the list's place
};

// What each kind that can be followed is called in the document.
constexpr std::array following_fields{
    std::pair{std::string_view("organizer"), std::string_view("organizers")},
    std::pair{std::string_view("hub"), std::string_view("hubs")},
    std::pair{std::string_view("championship"), std::string_view("championships")},
    std::pair{std::string_view("game"), std::string_view("games")}};

void read_following(Body& body, Wanted& out) {
  constexpr surfaces::TextLimits id_limits{.min = 1, .max = 300};  // an address is taken, too
  const auto* given = body.patch_object("following");
  if (given == nullptr) return;
  Body lists(*given);
  for (const auto& [kind, field] : following_fields) {
    if (auto ids = lists.patch_texts(field, followed_max, id_limits).value)
      out.following.emplace(kind, std::move(*ids));
  }
  if (const auto wrong = lists.wrong()) body.fault("following", wrong->message);
}

template <class Enum, std::size_t n>
std::optional<Enum> read_choice(Body& body, std::string_view name,
                                const std::array<std::string_view, n>& names) {
  const auto given = body.patch_choice(name, {names.begin(), names.end()}).value;
  return given ? parse_choice<Enum>(names, *given) : std::nullopt;
}

Wanted read_wanted(Body& body) {
  Wanted out;
  auto& wish = out.wish;
  const auto read_id = [&]<class TheId>(std::string_view name, std::optional<TheId>& id) {
    const auto given = body.patch_id<TheId>(name);
    id = given.value;
    if (given.given && !given.value) out.cleared.emplace_back(name);
  };
  wish.teams = read_choice<Teams>(body, "teams", teams_names);
  wish.open_on = read_choice<OpenOn>(body, "open_on", open_names);
  wish.move_from = read_choice<MoveFrom>(body, "move_from", from_names);
  wish.return_to = read_choice<ReturnTo>(body, "return_to", return_names);
  read_id("category", wish.category);
  read_id("lobby", wish.lobby);
  read_id("card_channel", wish.card_channel);
  read_id("spectator_role", wish.spectator_role);
  wish.name_template = body.patch_text("name_template", {.max = name_template_max}).value;
  wish.grace_seconds = body.patch_whole("grace_seconds", 0, grace_seconds_max).value;
  wish.max_age_minutes = body.patch_whole("max_age_minutes", max_age_minutes_min, max_age_minutes_max).value;
  wish.live_status = body.patch_flag("live_status").value;
  wish.moves_need_proof = body.patch_flag("moves_need_proof").value;
  read_following(body, out);
  return out;
}

Result<Settings> changed(Settings current, const Wanted& wanted) {
  for (const auto& name : wanted.cleared) {
    auto cleared = with_wish(std::move(current), SettingsWish{.clear = name});
    if (!cleared) return cleared;
    current = std::move(*cleared);
  }
  for (const auto& [kind, ids] : wanted.following) {
    for (const auto& id : std::vector(*followed(current.following, kind))) {
      auto without = without_followed(std::move(current), kind, id);
      if (!without) return without;
      current = std::move(*without);
    }
    for (const auto& id : ids) {
      auto with = with_followed(std::move(current), kind, id);
      if (!with) return with;
      current = std::move(*with);
    }
  }
  return with_wish(std::move(current), wanted.wish);
}

std::unexpected<Error> not_set_up() {
  return fail(ErrorKind::conflict,
              "Match voice needs a Discord server: connect one to this organization first.");
}

// As they are, or the usual ones as soon as there is a server to make rooms in.
std::optional<Settings> settings_of(Transaction& tx, OrganizationId organization) {
  if (auto stored = find_settings(tx, organization)) return stored;
  const auto guild = organizations::Organizations::guild_of(tx, organization);
  return guild ? std::optional(fresh_settings(*guild)) : std::nullopt;
}

json::object place(std::uint64_t id, std::string_view name) {
  return {{"id", std::to_string(id)}, {"name", name}};
}

}  // namespace

SettingsApi::Answer SettingsApi::show(Call call) {
  co_return co_await desk_.database.read(
      [organization = call.organization](Transaction& tx) -> Result<ApiAnswer> {
        const auto settings = settings_of(tx, organization);
        if (!settings) return not_set_up();
        return ApiAnswer{.body = document(*settings), .version = version_of(*settings)};
      });
}

SettingsApi::Answer SettingsApi::change(Call call) {
  Body body(call.body);
  const auto wanted = read_wanted(body);
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  auto stored = co_await desk_.database.read(
      [organization = call.organization](Transaction& tx) { return settings_of(tx, organization); });
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored) co_return not_set_up();
  const auto* guild = desk_.guilds.find((*stored)->guild);
  if (guild == nullptr)
    co_return fail(ErrorKind::unavailable, "Discord's channels are not known now: the bot is not connected.");
  if (auto right = check_places(wanted.wish, *guild); !right) co_return std::unexpected(right.error());
  co_return co_await changes_.make(call, [this, call, wanted](Transaction& tx) -> Result<Changed> {
    const auto before = settings_of(tx, call.organization);
    if (!before) return not_set_up();
    if (auto current = call.expect_version(version_of(*before)); !current)
      return std::unexpected(current.error());
    const auto after = changed(*before, wanted);
    if (!after) return std::unexpected(after.error());
    ApiAnswer answer{.body = document(*after), .version = version_of(*after)};
    if (*after == *before) return Changed{.answer = std::move(answer)};
    change_settings(tx, desk_.queue, call.organization, *after, call.now);
    return Changed{.answer = std::move(answer),
                   .note = AuditNote{.action = "match_voice.settings_changed",
                                     .subject = call.organization.text(),
                                     .before = document(*before),
                                     .after = document(*after)}};
  });
}

// What a form offers. From what the gateway told this process.
SettingsApi::Answer SettingsApi::places(Call call) {
  auto stored = co_await desk_.database.read(
      [organization = call.organization](Transaction& tx) { return settings_of(tx, organization); });
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored) co_return not_set_up();
  const auto* guild = desk_.guilds.find((*stored)->guild);
  if (guild == nullptr)
    co_return fail(ErrorKind::unavailable, "Discord's channels are not known now: the bot is not connected.");
  json::array categories;
  json::array voice;
  json::array text;
  json::array roles;
  for (const auto& [id, channel] : guild->channels) {
    if (channel.type == discord::ChannelType::category) categories.push_back(place(id.value, channel.name));
    if (channel.is_voice()) voice.push_back(place(id.value, channel.name));
    if (channel.type == discord::ChannelType::text || channel.type == discord::ChannelType::announcement)
      text.push_back(place(id.value, channel.name));
  }
  for (const auto& [id, role] : guild->roles) {
    if (id.value != guild->id.value && !role.managed) roles.push_back(place(id.value, role.name));
  }
  co_return ApiAnswer{.body = {{"categories", std::move(categories)},
                               {"voice_channels", std::move(voice)},
                               {"text_channels", std::move(text)},
                               {"roles", std::move(roles)}}};
}

// Where FACEIT's webhook of this organization goes, and whether it comes.
SettingsApi::Answer SettingsApi::webhook(Call call) {
  co_return co_await desk_.database.read([this, organization = call.organization](Transaction& tx) {
    return ApiAnswer{
        .body = {{"url", desk_.webhook_address},
                 {"header", desk_.secret_header},
                 {"has_secret",
                  organizations::Organizations::has_webhook_secret(tx, organization, secret_purpose)},
                 {"last_received_at", or_null(jobs::last_delivery(tx, organization, webhook_source))}}};
  });
}

// The secret is in the answer once: it must not be kept for a repeat.
SettingsApi::Answer SettingsApi::make_secret(Call call) {
  call.idempotency_key.clear();
  co_return co_await changes_.make(call, [this, call](Transaction& tx) -> Result<Changed> {
    const auto secret =
        desk_.organizations.make_webhook_secret(tx, call.organization, secret_purpose, call.now);
    if (!secret) return std::unexpected(secret.error());
    return Changed{
        .answer = {.status = 201,
                   .body = {{"url", desk_.webhook_address},
                            {"header", desk_.secret_header},
                            {"secret", secret->reveal()}}},
        .note = AuditNote{.action = "match_voice.webhook_secret_made", .subject = call.organization.text()}};
  });
}

std::vector<surfaces::ApiRoute> SettingsApi::routes() {
  const std::string base = "/api/organizations/{organization}/match-voice/";
  const auto read = surfaces::with_permission(Permission::organization_read);
  const auto manage = surfaces::with_permission(Permission::match_voice_manage);
  return {
      {"GET", base + "settings", read, [this](Call call) { return show(std::move(call)); }},
      {"PATCH", base + "settings", manage, [this](Call call) { return change(std::move(call)); }, true},
      {"GET", base + "places", manage, [this](Call call) { return places(std::move(call)); }},
      {"GET", base + "webhook", manage, [this](Call call) { return webhook(std::move(call)); }},
      {"POST", base + "webhook-secret", manage, [this](Call call) { return make_secret(std::move(call)); }}};
}

}  // namespace matchday::match_voice
