// Registering by nickname: looked up exactly, then without regard to case, then offered as a menu. What
// results is a claim. The button and the form do what /register does.
#include <fmt/format.h>

#include "features/accounts/links.hpp"
#include "features/accounts/login.hpp"
#include "platforms/discord/text.hpp"
#include "surfaces/components.hpp"

namespace matchday::accounts {
namespace {

using discord::escape_markdown;
using store::Transaction;

constexpr std::string_view pick_action = "accounts.register_pick";
constexpr std::string_view register_action = "accounts.register";
constexpr std::string_view nickname_action = "accounts.register_nickname";
constexpr std::string_view form_action = "accounts.register_form";
constexpr std::string_view nickname_option = "faceit_nickname";
constexpr int nickname_max = 64;
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
          .components = {surfaces::row({std::move(menu)})}};
}

// Discord's numbers (reference/discord.md §4).
constexpr int text_input_type = 4;
constexpr int label_type = 18;
constexpr int short_text = 1;

surfaces::Reply nickname_form() {
  json::object input{{"type", text_input_type}, {"custom_id", nickname_option}, {"style", short_text},
                     {"min_length", 1},         {"max_length", nickname_max},   {"required", true},
                     {"placeholder", "Kestrel"}};
  return {.modal = surfaces::Modal{.action = std::string(form_action),
                                   .title = "Register",
                                   .components = {{{"type", label_type},
                                                   {"label", "Your FACEIT nickname"},
                                                   {"component", std::move(input)}}}}};
}

surfaces::Reply already_registered(const PlayerLink& link) {
  return {.content = fmt::format(
              "You are already registered as: **{}**\nUse `/unregister` first to link another one.",
              escape_markdown(link.faceit_nickname))};
}

// The conflict by name: whose it is, and what its owner can do.
std::string taken(const PlayerLink& holder, std::string_view nickname, bool can_log_in) {
  if (holder.proved) {
    return fmt::format("**{}** is already linked to <@{}>, who proved it by logging in to FACEIT.",
                       escape_markdown(nickname), holder.discord_id.text());
  }
  return fmt::format("**{}** is already linked to <@{}>. If that is not right, {}.",
                     escape_markdown(nickname), holder.discord_id.text(),
                     can_log_in ? "prove that it is yours with `/verify`" : "ask an organizer");
}

}  // namespace

json::object register_button() {
  return surfaces::button(surfaces::ButtonStyle::primary, "Register", register_action, "");
}

Task<Result<surfaces::Reply>> Accounts::register_player(Context context) {
  const auto nickname = context.option(nickname_option);
  auto linked = co_await read_link(context.organization, context.interaction.user);
  if (!linked) co_return std::unexpected(linked.error());
  if (*linked) co_return already_registered(**linked);
  auto exact = co_await faceit_->player_by_nickname(nickname);
  if (!exact) co_return std::unexpected(in_words(exact.error()));
  if (*exact) co_return co_await store_claim(std::move(context), (*exact)->id, (*exact)->nickname);
  auto hits = co_await faceit_->search_players(nickname, 20);
  if (!hits) co_return std::unexpected(in_words(hits.error()));
  const auto same = std::ranges::find_if(
      *hits, [&](const auto& hit) { return equal_ignoring_case(hit.nickname, nickname); });
  if (same != hits->end()) co_return co_await store_claim(std::move(context), same->id, same->nickname);
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
  auto reply = co_await store_claim(std::move(context), (*player)->id, (*player)->nickname);
  if (reply) reply->replaces_message = true;
  co_return reply;
}

Task<Result<surfaces::Reply>> Accounts::store_claim(Context context, std::string faceit_id,
                                                    std::string nickname) {
  const auto organization = context.organization;
  const NewLink link{.user = context.interaction.user, .faceit_id = faceit_id, .nickname = nickname};
  auto linking = co_await database_.transact([this, organization, link, now = clock_.now()](Transaction& tx) {
    return claim(tx, queue_, organization, link, now);
  });
  if (!linking) co_return std::unexpected(linking.error());
  switch (linking->outcome) {
    case Linking::Outcome::taken:
      co_return Reply{.content = taken(*linking->in_the_way, nickname, can_log_in())};
    case Linking::Outcome::has_another:
      co_return already_registered(*linking->in_the_way);
    case Linking::Outcome::linked:
      break;
  }
  co_return Reply{.content = fmt::format("✅ Successfully registered as: **{}** (ID: {})",
                                         escape_markdown(nickname), faceit_id)};
}

// The form opens at once where a nickname is the only way; else both ways are offered.
Task<Result<surfaces::Reply>> Accounts::register_pressed(Context context) {
  auto linked = co_await read_link(context.organization, context.interaction.user);
  if (!linked) co_return std::unexpected(linked.error());
  if (*linked && ((*linked)->proved || !can_log_in())) co_return already_registered(**linked);
  if (!can_log_in()) co_return nickname_form();
  auto address = co_await login_->address_for(std::move(context));
  if (!address) co_return std::unexpected(address.error());
  json::array buttons{surfaces::link_button("Verify with FACEIT", *address)};
  if (faceit_ && !*linked)
    buttons.push_back(
        surfaces::button(surfaces::ButtonStyle::secondary, "Enter nickname", nickname_action, ""));
  co_return Reply{.content =
                      "Link your FACEIT account. Logging in proves that it is yours, and counts in every "
                      "community.\n⚠️ This link will expire in 10 minutes.",
                  .components = {surfaces::row(std::move(buttons))}};
}

void Accounts::add_registering(surfaces::Feature& feature) {
  feature.components.push_back({.action = std::string(register_action), .run = [this](Context context) {
                                  return register_pressed(std::move(context));
                                }});
  if (!faceit_) return;
  feature.commands.push_back(
      {.definition = {.name = "register",
                      .description = "Register your Faceit nickname with the bot",
                      .options = {{.type = discord::OptionType::string,
                                   .name = std::string(nickname_option),
                                   .description = "Your Faceit nickname",
                                   .required = true,
                                   .min_length = 1,
                                   .max_length = nickname_max}}},
       .run = [this](Context context) { return register_player(std::move(context)); }});
  const auto open_form = [](Context) -> Task<Result<Reply>> { co_return nickname_form(); };
  feature.components.push_back({.action = std::string(nickname_action), .run = open_form});
  feature.components.push_back({.action = std::string(form_action), .run = [this](Context context) {
                                  return register_player(std::move(context));
                                }});
  feature.components.push_back({.action = std::string(pick_action), .run = [this](Context context) {
                                  return pick_candidate(std::move(context));
                                }});
}

}  // namespace matchday::accounts
