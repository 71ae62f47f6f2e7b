// The slash commands of accounts. Texts that the FACEIT seed fixes are word for word as there.
#include <fmt/format.h>

#include "embedded/matchday_accounts_schema.hpp"
#include "features/accounts/accounts.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::accounts {
namespace {

using discord::escape_markdown;
using store::Transaction;

constexpr std::string_view pick_action = "accounts.register_pick";
constexpr int candidates_max = 5;
constexpr std::size_t option_value_max = 100;  // Discord's limit for a value of a select menu

// ASCII is enough: FACEIT nicknames are [A-Za-z0-9_-].
bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string not_found(std::string_view nickname) {
  return fmt::format("Could not find Faceit player: **{}**", escape_markdown(nickname));
}

// Each way in which FACEIT can fail us has its own words.
Error in_words(const Error& error) {
  Error out = error;
  switch (error.kind) {
    case ErrorKind::limited:
      out.kind = ErrorKind::refused;
      out.message = "FACEIT is asked too much right now. Please try again in a minute.";
      break;
    case ErrorKind::unauthorized:
      out.kind = ErrorKind::refused;
      out.message =
          "FACEIT does not accept this server's API key. An organizer has to set a valid FACEIT_API_KEY.";
      break;
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
    case ErrorKind::ambiguous:
      out.kind = ErrorKind::refused;
      out.message = "FACEIT does not answer right now. Please try again in a few minutes.";
      break;
    default:
      break;
  }
  return out;
}

std::string option_value(const faceit::PlayerHit& hit) {
  return fmt::format("{}|{}", hit.id, hit.nickname);
}

surfaces::Reply menu_of(const std::string& nickname, const std::vector<faceit::PlayerHit>& hits) {
  json::array options;
  for (const auto& hit : hits) {
    if (options.size() == candidates_max) break;
    options.push_back({{"label", hit.nickname},
                       {"value", option_value(hit)},
                       {"description", fmt::format("{}{}", hit.country.empty() ? "no country" : hit.country,
                                                   hit.verified ? ", verified" : "")}});
  }
  json::object menu{{"type", 3},
                    {"custom_id", surfaces::custom_id(pick_action, "")},
                    {"placeholder", "Which one are you?"},
                    {"options", std::move(options)}};
  return {.content = fmt::format("{}. Did you mean one of these?", not_found(nickname)),
          .components = {{{"type", 1}, {"components", json::array{std::move(menu)}}}}};
}

}  // namespace

Accounts::Accounts(Clock& clock, store::Database& database, jobs::Queue& queue, faceit::Client* faceit)
    : clock_(clock), database_(database), queue_(queue), faceit_(faceit) {}

Task<Result<surfaces::Reply>> Accounts::register_player(Context context) {
  const auto nickname = context.option("faceit_nickname");
  auto linked = co_await read_link(context.organization, context.interaction.user);
  if (!linked) co_return std::unexpected(linked.error());
  if (*linked) {
    co_return Reply{.content = fmt::format(
                        "You are already registered as: **{}**\nUse `/unregister` first to link another one.",
                        escape_markdown((*linked)->faceit_nickname))};
  }
  auto exact = co_await faceit_->player_by_nickname(nickname);
  if (!exact) co_return std::unexpected(in_words(exact.error()));
  if (*exact) co_return co_await store_link(std::move(context), (*exact)->id, (*exact)->nickname);
  auto hits = co_await faceit_->search_players(nickname, 20);
  if (!hits) co_return std::unexpected(in_words(hits.error()));
  const auto same = std::ranges::find_if(
      *hits, [&](const auto& hit) { return equal_ignoring_case(hit.nickname, nickname); });
  if (same != hits->end()) co_return co_await store_link(std::move(context), same->id, same->nickname);
  // One option that is too long would make Discord refuse the whole menu.
  std::erase_if(*hits,
                [](const auto& hit) { return discord::utf16_length(option_value(hit)) > option_value_max; });
  if (hits->empty()) co_return Reply{.content = not_found(nickname)};
  co_return menu_of(nickname, *hits);
}

Task<Result<surfaces::Reply>> Accounts::pick_candidate(Context context) {
  const auto& values = context.interaction.values;
  const auto bar = values.empty() ? std::string::npos : values.front().find('|');
  if (bar == std::string::npos || !faceit::is_valid_id(values.front().substr(0, bar))) {
    co_return fail(ErrorKind::invalid, "That choice cannot be read. Please use /register again.");
  }
  // What was offered may have changed at FACEIT since: the account is looked up again by its nickname.
  auto player = co_await faceit_->player_by_nickname(values.front().substr(bar + 1));
  if (!player) co_return std::unexpected(in_words(player.error()));
  if (!*player || (*player)->id != values.front().substr(0, bar)) {
    co_return Reply{.content = not_found(values.front().substr(bar + 1)), .replaces_message = true};
  }
  auto reply = co_await store_link(std::move(context), (*player)->id, (*player)->nickname);
  if (reply) reply->replaces_message = true;
  co_return reply;
}

Task<Result<surfaces::Reply>> Accounts::store_link(Context context, std::string faceit_id,
                                                   std::string nickname) {
  const auto organization = context.organization;
  const auto user = context.interaction.user;
  co_return co_await database_.transact([this, organization, user, faceit_id, nickname,
                                         now = clock_.now()](Transaction& tx) -> Result<Reply> {
    const auto taken = tx.run(
        "select discord_id from player_links where organization_id = :organization and faceit_id = :faceit_id"
        " and discord_id <> :user",
        {{"organization", organization}, {"faceit_id", faceit_id}, {"user", user}});
    if (!taken.empty()) {
      return Reply{
          .content = fmt::format("**{}** is already linked to <@{}>. If that is not right, ask an organizer.",
                                 escape_markdown(nickname), taken.front().get<UserId>("discord_id").text())};
    }
    const auto stored = tx.run(
        "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method, "
        "linked_at_ms)"
        " values (:organization, :user, :faceit_id, :nickname, 'nickname', :now)"
        " on conflict (organization_id, discord_id) do nothing",
        {{"organization", organization},
         {"user", user},
         {"faceit_id", faceit_id},
         {"nickname", nickname},
         {"now", now}});
    if (stored.affected == 0) {
      return Reply{.content = fmt::format("You are already registered as: **{}**",
                                          escape_markdown(link_of(tx, organization, user)->faceit_nickname))};
    }
    queue_.publish(tx, organization, link_changed_topic, user.text(), now);
    return Reply{.content = fmt::format("✅ Successfully registered as: **{}** (ID: {})",
                                        escape_markdown(nickname), faceit_id)};
  });
}

Task<Result<surfaces::Reply>> Accounts::unregister_player(Context context) {
  co_return co_await database_.transact([this, organization = context.organization,
                                         user = context.interaction.user,
                                         now = clock_.now()](Transaction& tx) -> Result<Reply> {
    const auto link = link_of(tx, organization, user);
    if (!link)
      return Reply{.content = "You are not registered. Use `/register` to link your FACEIT account."};
    tx.run("delete from player_links where organization_id = :organization and discord_id = :user",
           {{"organization", organization}, {"user", user}});
    queue_.publish(tx, organization, link_changed_topic, user.text(), now);
    return Reply{.content = fmt::format("You are no longer registered as **{}**.",
                                        escape_markdown(link->faceit_nickname))};
  });
}

Task<Result<surfaces::Reply>> Accounts::who_am_i(Context context) {
  auto link = co_await read_link(context.organization, context.interaction.user);
  if (!link) co_return std::unexpected(link.error());
  if (!*link)
    co_return Reply{.content = "You are not registered. Use `/register` to link your FACEIT account."};
  co_return Reply{.content = fmt::format("You are registered as: **{}** (ID: {}), since <t:{}:D>.",
                                         escape_markdown((*link)->faceit_nickname), (*link)->faceit_id,
                                         to_ms((*link)->linked_at) / 1000)};
}

surfaces::Feature Accounts::feature() {
  surfaces::Feature out{.name = "accounts",
                        .migrations = store::migrations_of("accounts", embedded::matchday_accounts_schema)};
  if (!faceit_) return out;
  out.commands = {
      {.definition = {.name = "register",
                      .description = "Register your Faceit nickname with the bot",
                      .options = {{.type = discord::OptionType::string,
                                   .name = "faceit_nickname",
                                   .description = "Your Faceit nickname",
                                   .required = true,
                                   .min_length = 1,
                                   .max_length = 64}}},
       .run = [this](Context context) { return register_player(std::move(context)); }},
      {.definition = {.name = "unregister", .description = "Remove the link to your Faceit account"},
       .run = [this](Context context) { return unregister_player(std::move(context)); }},
      {.definition = {.name = "whoami", .description = "Show which Faceit account is linked to you"},
       .run = [this](Context context) { return who_am_i(std::move(context)); }}};
  out.components = {{.action = std::string(pick_action),
                     .run = [this](Context context) { return pick_candidate(std::move(context)); }}};
  return out;
}

}  // namespace matchday::accounts
