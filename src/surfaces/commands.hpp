// Slash commands, buttons and forms. A feature declares what it is called and a handler that gives a reply;
// this acknowledges in time (by itself after 1.5 s), answers exactly once, and turns errors into sentences. A
// button's custom_id is "v1:<action>:<argument>": all that it needs to work after a restart, for years.
//
// Handlers are idempotent. One that is slow may be called a second time with the same interaction: after a
// crash, so that the person still gets the answer that Discord was told to wait for.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "base/timeout.hpp"
#include "platforms/discord/command_definition.hpp"
#include "platforms/discord/gateway_progress.hpp"
#include "platforms/discord/interaction.hpp"
#include "platforms/discord/rest_client.hpp"
#include "surfaces/audit.hpp"
#include "surfaces/awaited.hpp"
#include "surfaces/permission.hpp"

namespace matchday::surfaces {

class PendingInteractions;

// Who is which tenant, what people may do there, and what it has switched off. Implemented by organizations.
class GuildDirectory {
 public:
  virtual ~GuildDirectory() = default;
  virtual Task<Result<std::optional<OrganizationId>>> organization_of(GuildId guild) = 0;
  // What the one who sent the interaction may do in that organization.
  virtual Task<Result<PermissionSet>> permissions_of(OrganizationId organization,
                                                     discord::Interaction interaction) = 0;
  virtual Task<Result<std::set<std::string>>> modules_off(OrganizationId organization) = 0;
};

// A form that opens over the chat. It can only be the first answer: a handler that gives one must be fast.
// What was typed comes back to the Component named `action`; its inputs are read with option().
struct Modal {
  std::string action;
  std::string argument;
  std::string title;       // at most 45 characters
  json::array components;  // Discord's labels with text inputs or selects, at most 5
};

// What the person sees, and nobody else: replies are private.
struct Reply {
  std::string content;
  json::array components = {};
  bool replaces_message = false;  // components only: edits the message that was pressed instead of adding one
  json::array embeds = {};
  std::optional<Modal> modal = {};  // instead of everything above
};

struct CommandContext {
  OrganizationId organization;
  discord::Interaction interaction;

  // A string option, or a form's input, as text (ids of users and channels included); empty if absent. Of a
  // form's menu: the first that was picked.
  std::string option(std::string_view name) const;
  // Everything that was picked in a form's menu.
  std::vector<std::string> picked(std::string_view name) const;
  // Also when it was written into a form's text input.
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  // Autocomplete: the text of the focused option so far, whatever its type.
  std::string typed() const;
  // What follows the action in the custom_id.
  std::string argument() const;
  // For the audit log.
  Actor actor() const;
};

using CommandHandler = std::function<Task<Result<Reply>>(CommandContext)>;
// At most 25 choices that fit what was typed so far: interaction.focused names the option. Must be fast (3 s,
// and there is no deferring); an error shows as "no choices".
using AutocompleteHandler = std::function<Task<Result<std::vector<discord::CommandChoice>>>(CommandContext)>;

struct Command {
  discord::CommandDefinition definition;
  CommandHandler run;
  AutocompleteHandler autocomplete = {};
  // Nothing: for everybody. Discord hides commands by default_member_permissions, which a server's
  // administrators may override; whether somebody may is asked here.
  std::optional<Permission> needs = {};
  std::string module = {};  // of the feature that declares it; empty: always there
};

// A button, a select menu or a submitted form: whatever carries custom_id(action, ...).
struct Component {
  std::string action;  // "accounts.register_pick"
  CommandHandler run;
  std::optional<Permission> needs = {};  // nothing: for everybody
};

std::string custom_id(std::string_view action, std::string_view argument);

class CommandRouter {
 public:
  static constexpr Duration defer_after = 1500ms;     // Discord gives up after 3 s
  static constexpr Duration answer_within = 14min;    // the token lives for 15
  static constexpr Duration suggest_within = 2000ms;  // a keystroke can't be deferred
  static constexpr Duration keep_within = 500ms;      // a slow disk must not cost the acknowledgement
  static constexpr int attempts_max = 3;  // of processes, at an answer that may be what kills them

  // Without `pending`, slow answers do not survive a crash. Lifetime: everything outlives the router.
  CommandRouter(Executor executor, Clock& clock, discord::RestClient& rest, GuildDirectory& guilds,
                Metrics& metrics, PendingInteractions* pending = nullptr);

  // At composition only.
  void add(Command command);
  void add(Component component);

  // Of everything but these modules.
  std::vector<discord::CommandDefinition> definitions(const std::set<std::string>& modules_off = {}) const;

  // An INTERACTION_CREATE event, in any number of copies.
  // `work` is done when it was answered, or is kept for another process to answer.
  void on_interaction(const json::value& data, discord::GatewayProgress::Work work = {});

  // The same, where Discord asked over HTTP: gives the first answer, {type, data}; what follows goes over
  // REST. Errors: invalid (cannot be read), conflict (a copy of it is being answered), timeout.
  Task<Result<json::object>> answer_inline(json::value data);

  // Answers what an earlier process left unanswered. Once, at start, while no other process answers
  // interactions; copies of the same ones that Discord sends again may come before or after.
  Task<Result<>> resume_unanswered();

  Task<void> drain(Duration patience);

 private:
  struct Running;
  using Ref = std::shared_ptr<Running>;
  using Choices = std::vector<discord::CommandChoice>;

  Result<Ref> take_in(const json::value& data);
  void spawn(Ref running, Task<void> work);
  Task<void> run(Ref running);
  Task<void> resume(Ref running, bool given_up);
  Task<void> suggest(Ref running);
  Task<void> decide(Ref running);
  Task<void> choose(Ref running, std::shared_ptr<Awaited<Choices>> choices);
  Task<Result<Reply>> dispatch(Ref running);
  Task<Result<Choices>> dispatch_autocomplete(Ref running);
  Task<Result<OrganizationId>> organization_of(Ref running);
  Task<Result<>> check_allowed(Ref running, std::optional<Permission> needs, std::string module);
  Task<void> answer_in_time(Ref running);
  Task<void> answer_late(Ref running);
  Task<void> finish_late(Ref running);
  Task<Result<>> tell(Ref running, Reply reply);
  Task<Result<>> respond(Ref running, json::object body);
  Task<Result<>> call_back(Ref running, json::object body);
  Task<bool> keep(Ref running);
  Task<void> write_down(Ref running, std::shared_ptr<Awaited<bool>> is_new);
  Task<void> forget(Ref running);
  Duration left_of(Duration limit, const discord::Interaction& interaction) const;
  bool seen_before(InteractionId id);

  Executor executor_;
  Clock& clock_;
  discord::RestClient& rest_;
  GuildDirectory& guilds_;
  Metrics& metrics_;
  PendingInteractions* pending_;
  std::map<std::string, Command, std::less<>> commands_;
  std::map<std::string, Component, std::less<>> components_;
  std::deque<InteractionId> recent_;
  TaskGroup group_;
};

}  // namespace matchday::surfaces
