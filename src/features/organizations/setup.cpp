// /setup in Discord: what is connected, what is switched on, what the doctor says, and where to go on. And
// what the doctor of organizations looks at.
#include <fmt/format.h>

#include "features/organizations/members.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/text.hpp"
#include "surfaces/components.hpp"

namespace matchday::organizations {

using discord::escape_markdown;
using store::Transaction;
using surfaces::button;
using surfaces::ButtonStyle;
using surfaces::CommandContext;
using surfaces::Finding;
using surfaces::link_button;
using surfaces::Permission;
using surfaces::Reply;
using surfaces::row;
using surfaces::Verdict;

namespace {

constexpr std::string_view switch_action = "organizations.switch_module";
constexpr std::int64_t blue = 0x3B82F6;
constexpr std::size_t description_max = 4096;  // of an embed: reference/discord.md §1.6
constexpr std::size_t buttons_max = 5;         // in a row

struct Overview {
  std::optional<Organization> organization;
  std::vector<std::pair<surfaces::Module, bool>> modules;
};

std::string lines_of(const Overview& seen, const std::vector<Finding>& findings) {
  std::string out = fmt::format("This server belongs to **{}**.\n", escape_markdown(seen.organization->name));
  for (const auto& [module, active] : seen.modules)
    out += fmt::format("\n{} **{}**: {}", active ? "🟢" : "⚪", module.title, module.description);
  std::size_t wrong = 0;
  for (const auto& finding : findings) {
    if (finding.verdict != Verdict::wrong) continue;
    ++wrong;
    out += fmt::format("\n\n❌ {}\n→ {}", escape_markdown(finding.what), escape_markdown(finding.fix));
  }
  if (wrong == 0) out += "\n\n✅ Everything that match day needs is in place.";
  return discord::cut_utf16(out, description_max);
}

json::array buttons_of(const Overview& seen, const std::string& dashboard) {
  json::array buttons;
  for (const auto& [module, active] : seen.modules) {
    if (buttons.size() + 1 >= buttons_max) break;
    buttons.push_back(button(active ? ButtonStyle::secondary : ButtonStyle::primary,
                             fmt::format("Switch {} {}", module.title, active ? "off" : "on"), switch_action,
                             fmt::format("{}/{}", module.name, active ? 0 : 1)));
  }
  if (!dashboard.empty())
    buttons.push_back(
        link_button("Open the dashboard", fmt::format("{}/o/{}", dashboard, seen.organization->slug)));
  if (buttons.empty()) return {};
  return {row(std::move(buttons))};
}

}  // namespace

surfaces::Command Organizations::setup_command() {
  return {.definition = {.name = "setup",
                         .description = "What Matchday does here, what is missing, and where to go on",
                         .default_member_permissions = bits(discord::Permission::manage_guild)},
          .run = [this](CommandContext context) { return show_setup(std::move(context), false); },
          .needs = Permission::organization_manage};
}

std::vector<surfaces::Component> Organizations::setup_components() {
  return {{.action = std::string(switch_action),
           .run = [this](CommandContext context) { return press_module(std::move(context)); },
           .needs = Permission::organization_manage}};
}

Task<Result<Reply>> Organizations::show_setup(CommandContext context, bool replaces) {
  const auto organization = context.organization;
  auto seen = co_await database_.read([this, organization](Transaction& tx) {
    Overview out{.organization = find(tx, organization)};
    for (const auto& module : modules_)
      out.modules.emplace_back(module, has_module(tx, organization, module.name));
    return out;
  });
  if (!seen) co_return std::unexpected(seen.error());
  if (!seen->organization) co_return fail(ErrorKind::not_found, "There is no such organization any more.");
  std::vector<Finding> findings;
  for (const auto& examination : examinations_) {
    auto found = co_await examination(organization);
    if (!found) co_return std::unexpected(found.error());
    std::ranges::move(*found, std::back_inserter(findings));
  }
  co_return Reply{.components = buttons_of(*seen, desk_.dashboard),
                  .replaces_message = replaces,
                  .embeds = {json::object{
                      {"title", "Matchday"}, {"description", lines_of(*seen, findings)}, {"color", blue}}}};
}

Task<Result<Reply>> Organizations::press_module(CommandContext context) {
  const auto argument = context.argument();
  const auto slash = argument.find('/');
  const auto module = std::ranges::find(modules_, argument.substr(0, slash), &surfaces::Module::name);
  if (slash == std::string::npos || module == modules_.end())
    co_return fail(ErrorKind::not_found, "Matchday does not have this part any more.");
  auto done = co_await database_.transact([this, organization = context.organization, name = module->name,
                                           active = argument.ends_with("/1"), actor = context.actor(),
                                           now = clock_.now()](Transaction& tx) {
    return switch_module(tx, organization, name, active, actor, now);
  });
  if (!done) co_return std::unexpected(done.error());
  co_return co_await show_setup(std::move(context), true);
}

Task<Result<std::vector<Finding>>> Organizations::examine(OrganizationId organization) {
  co_return co_await database_.read([organization](Transaction& tx) {
    std::vector<Finding> out;
    const auto servers = guilds_of(tx, organization);
    if (servers.empty())
      out.push_back({.verdict = Verdict::wrong,
                     .what = "No Discord server is connected.",
                     .fix = "Connect one on the page Discord servers."});
    for (const auto& server : servers) {
      if (server.bot_left_at)
        out.push_back({.verdict = Verdict::wrong,
                       .what = fmt::format("The bot was removed from the Discord server {}.", server.name),
                       .fix = "Connect it again on the page Discord servers, or disconnect it there."});
    }
    if (count_owners(tx, organization) == 0)
      out.push_back({.verdict = Verdict::advice,
                     .what = "Nobody owns this organization yet.",
                     .fix = "The owner of its Discord server becomes its owner by signing in once."});
    const auto known = find(tx, organization);
    if (known && !known->alert_channel)
      out.push_back({.verdict = Verdict::advice,
                     .what = "There is no alert channel.",
                     .fix = "Choose one in the settings: Matchday writes there when it needs a human."});
    return out;
  });
}

}  // namespace matchday::organizations
