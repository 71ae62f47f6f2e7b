// See interaction_answer.hpp.
#include "surfaces/interaction_answer.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "platforms/discord/interactions.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::surfaces {
namespace {

namespace callback = discord::interaction_callback;

// Discord's limits (reference/discord.md §1.3, §1.4, §1.6).
constexpr std::size_t content_max = 2000;
constexpr std::size_t modal_title_max = 45;
constexpr std::size_t choices_max = 25;
constexpr std::size_t choice_text_max = 100;  // of a choice's name, and of its value if that is text

json::object form_of(const Modal& modal) {
  return {{"custom_id", custom_id(modal.action, modal.argument)},
          {"title", discord::cut_utf16(modal.title, modal_title_max)},
          {"components", modal.components}};
}

}  // namespace

json::object message_of(const Reply& reply, bool first) {
  json::object data{{"content", discord::cut_utf16(reply.content, content_max)},
                    {"embeds", reply.embeds},
                    {"components", reply.components},
                    {"allowed_mentions", {{"parse", json::array()}}}};
  if (first && !reply.replaces_message) data["flags"] = discord::ephemeral;
  return data;
}

json::object first_answer(const Reply& reply, const discord::Interaction& interaction) {
  if (reply.modal) return {{"type", callback::modal}, {"data", form_of(*reply.modal)}};
  Reply shown = reply;
  shown.replaces_message = reply.replaces_message && sits_on_a_message(interaction);
  return {{"type", shown.replaces_message ? callback::update_message : callback::message},
          {"data", message_of(shown, true)}};
}

json::object deferral(const discord::Interaction& interaction) {
  if (sits_on_a_message(interaction)) return {{"type", callback::deferred_update}};
  return {{"type", callback::deferred_message}, {"data", {{"flags", discord::ephemeral}}}};
}

json::object suggestions(const std::vector<discord::CommandChoice>& choices) {
  json::array list;
  for (const auto& choice : choices) {
    if (list.size() == choices_max) break;
    if (choice.name.empty()) continue;  // Discord would refuse the whole list
    const auto* text = choice.value.if_string();
    list.push_back(
        {{"name", discord::cut_utf16(choice.name, choice_text_max)},
         {"value", text ? json::value(discord::cut_utf16(*text, choice_text_max)) : choice.value}});
  }
  return {{"type", callback::autocomplete_result}, {"data", {{"choices", std::move(list)}}}};
}

bool sits_on_a_message(const discord::Interaction& interaction) {
  return interaction.type == discord::interaction_type::component ||
         (interaction.type == discord::interaction_type::modal_submit && interaction.message);
}

std::string title(const discord::Interaction& interaction) {
  return interaction.command + interaction.custom_id;
}

Reply apologise(const Error& error, const discord::Interaction& interaction) {
  const auto reference = crypto::to_base32(crypto::sha256(interaction.id.text())).substr(0, 6);
  log::warning("An interaction failed",
               {{"ref", reference}, {"command", title(interaction)}, {"error", error.describe()}});
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::outdated:
    case ErrorKind::forbidden:
    case ErrorKind::refused:
      return Reply{.content = error.message};
    default:
      break;
  }
  return Reply{
      .content = fmt::format("Something went wrong on our side. Please try again in a moment. (reference {})",
                             reference)};
}

}  // namespace matchday::surfaces
