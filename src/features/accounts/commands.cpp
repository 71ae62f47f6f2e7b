// The slash commands of accounts that look at links or remove them, /verify, and what the slice hands to the
// server. Texts that the original fixes are word for word as there. Not here: registering (register.cpp) and
// the pages that /verify leads to (login.cpp).
#include <fmt/format.h>

#include "embedded/matchday_accounts_schema.hpp"
#include "features/accounts/faceit_accounts.hpp"
#include "features/accounts/linked_accounts_api.hpp"
#include "features/accounts/links.hpp"
#include "features/accounts/login.hpp"
#include "features/accounts/me.hpp"
#include "features/accounts/my_data.hpp"
#include "features/accounts/sign_in.hpp"
#include "platforms/discord/text.hpp"
#include "surfaces/components.hpp"

namespace matchday::accounts {
namespace {

using discord::escape_markdown;
using store::Transaction;

constexpr std::size_t button_url_max = 512;  // Discord's limit
constexpr std::string_view not_registered =
    "You are not registered. Use `/register` to link your FACEIT account.";

std::string method_of(const PlayerLink& link, bool can_log_in) {
  if (link.proved) return "Verified by logging in to FACEIT: it counts in every community.";
  return can_log_in ? "By nickname, in this server only. `/verify` proves that it is yours."
                    : "By nickname, in this server only.";
}

std::string shown_link(const PlayerLink& link, bool can_log_in) {
  return fmt::format("You are registered as: **{}** (ID: {}), since <t:{}:D>.\n{}",
                     escape_markdown(link.faceit_nickname), link.faceit_id, to_ms(link.linked_at) / 1000,
                     method_of(link, can_log_in));
}

std::string shown_loss(const LostClaim& lost) {
  return fmt::format(
      "\n⚠️ You were registered as **{}** until <t:{}:f>: then somebody else proved, by "
      "logging in to FACEIT, that it is theirs.",
      escape_markdown(lost.faceit_nickname), to_ms(lost.at) / 1000);
}

}  // namespace

Accounts::Accounts(Clock& clock, store::Database& database, jobs::Queue& queue, faceit::Client* faceit,
                   Website website, Verification verification)
    : clock_(clock),
      database_(database),
      queue_(queue),
      faceit_(faceit),
      sessions_(std::make_unique<Sessions>(
          clock, database, std::move(website.key),
          SessionOptions{.secure = website.secure, .operators = website.operators})),
      me_(std::make_unique<MeApi>(database, website.ids, *sessions_)),
      my_data_(std::make_unique<MyDataApi>(database, website.ids, *sessions_, website.personal_data)),
      linked_accounts_(std::make_unique<LinkedAccountsApi>(database, website.ids, platforms_)) {
  if (website.discord && website.discord->configured()) {
    sign_in_ = std::make_unique<SignInPages>(clock, database, *website.discord, *sessions_,
                                             website.organizations, website.bot_permissions, website.secure);
  }
  if (verification.client) {
    login_ = std::make_unique<Login>(LoginDesk{.clock = clock,
                                               .database = database,
                                               .queue = queue,
                                               .ids = website.ids,
                                               .sessions = *sessions_,
                                               .secure = website.secure},
                                     std::move(verification));
  }
  platforms_.push_back(std::make_unique<FaceitAccounts>(queue, login_.get()));
}

Accounts::~Accounts() = default;

surfaces::Authenticator& Accounts::authenticator() {
  return *sessions_;
}

bool Accounts::can_log_in() const {
  return login_ && login_->configured();
}

Task<Result<std::optional<PlayerLink>>> Accounts::read_link(OrganizationId organization, UserId user) {
  co_return co_await database_.read(
      [organization, user](Transaction& tx) { return link_of(tx, organization, user); });
}

Task<Result<surfaces::Reply>> Accounts::verify(Context context) {
  if (!can_log_in()) {
    co_return Reply{.content = "❌ OAuth configuration is missing. Please contact the bot administrator."};
  }
  auto linked = co_await read_link(context.organization, context.interaction.user);
  if (!linked) co_return std::unexpected(linked.error());
  if (*linked && (*linked)->proved) {
    co_return Reply{
        .content = fmt::format(
            "You are already verified as: **{}**\nIf you want to link a different account, please "
            "contact an administrator.\nOr use `/unregister` first.",
            escape_markdown((*linked)->faceit_nickname))};
  }
  auto address = co_await login_->address_for(std::move(context));
  if (!address) co_return std::unexpected(address.error());
  constexpr std::string_view label = "Verify with FaceIT";
  constexpr std::string_view warning = "⚠️ This link will expire in 10 minutes.";
  if (address->size() > button_url_max)
    co_return Reply{.content = fmt::format("[{}]({})\n{}", label, *address, warning)};
  co_return Reply{.content = std::string(warning),
                  .components = {surfaces::row({surfaces::link_button(label, *address)})}};
}

Task<Result<surfaces::Reply>> Accounts::unregister_player(Context context) {
  auto removed = co_await database_.transact(
      [this, organization = context.organization, user = context.interaction.user,
       now = clock_.now()](Transaction& tx) { return unlink(tx, queue_, organization, user, now); });
  if (!removed) co_return std::unexpected(removed.error());
  if (!*removed) co_return Reply{.content = std::string(not_registered)};
  co_return Reply{.content = fmt::format("You are no longer registered as **{}**{}.",
                                         escape_markdown((*removed)->faceit_nickname),
                                         (*removed)->proved ? ", in any community" : "")};
}

Task<Result<surfaces::Reply>> Accounts::who_am_i(Context context) {
  const auto organization = context.organization;
  const auto user = context.interaction.user;
  const auto known = co_await database_.read([organization, user](Transaction& tx) {
    return std::pair(link_of(tx, organization, user), lost_claim(tx, organization, user));
  });
  if (!known) co_return std::unexpected(known.error());
  const auto& [link, lost] = *known;
  co_return Reply{.content = (link ? shown_link(*link, can_log_in()) : std::string(not_registered)) +
                             (lost ? shown_loss(*lost) : "")};
}

void Accounts::add_api(surfaces::Feature& feature) {
  feature.api = me_->routes();
  for (auto routes : {my_data_->routes(), linked_accounts_->routes()})
    std::ranges::move(routes, std::back_inserter(feature.api));
  feature.export_person = export_person;
  feature.erase_person = [this](Transaction& tx, UserId user, Time now) -> Result<> {
    erase_person(tx, queue_, user, now);
    return {};
  };
}

surfaces::Feature Accounts::feature() {
  surfaces::Feature out{
      .name = "accounts",
      .migrations = store::migrations_of("accounts", embedded::matchday_accounts_schema),
      .retention = {
          {.table = "oauth_states", .time_column = "expires_at_ms", .kept = 1h},
          {.table = "link_confirmations", .time_column = "expires_at_ms", .kept = 1h},
          {.table = "superseded_claims", .time_column = "superseded_at_ms", .kept = std::chrono::days(90)},
          {.table = "sign_ins", .time_column = "expires_at_ms", .kept = 1h},
          {.table = "sessions", .time_column = "seen_at_ms", .kept = SessionOptions{}.idle_max}}};
  add_api(out);
  if (sign_in_) std::ranges::move(sign_in_->routes(), std::back_inserter(out.routes));
  if (!faceit_ && !login_) return out;
  add_registering(out);
  out.commands.push_back(
      {.definition = {.name = "unregister", .description = "Remove the link to your Faceit account"},
       .run = [this](Context context) { return unregister_player(std::move(context)); }});
  out.commands.push_back(
      {.definition = {.name = "whoami", .description = "Show which Faceit account is linked to you"},
       .run = [this](Context context) { return who_am_i(std::move(context)); }});
  if (!login_) return out;
  out.commands.push_back(
      {.definition = {.name = "verify", .description = "Verify your FaceIT account using OAuth2"},
       .run = [this](Context context) { return verify(std::move(context)); }});
  if (can_log_in()) std::ranges::move(login_->routes(), std::back_inserter(out.routes));
  return out;
}

}  // namespace matchday::accounts
