// What a reply looks like in Discord's JSON: the first answer to an interaction, the message that is edited
// in later, an error in words. Pure; when which of them is sent is decided in commands.cpp.
#pragma once
#include <vector>

#include "surfaces/commands.hpp"

namespace matchday::surfaces {

// The data of a message. `first`: of a first answer or a follow-up, where it is said who sees it.
json::object message_of(const Reply& reply, bool first);

// The first answer, {type, data}: a message, a change of the pressed message, or a form.
json::object first_answer(const Reply& reply, const discord::Interaction& interaction);

// "An answer will come": visible to that person only.
json::object deferral(const discord::Interaction& interaction);

// The answer to a keystroke: what Discord would refuse is cut or left out.
json::object suggestions(const std::vector<discord::CommandChoice>& choices);

// True where there is a message that the answer may change: buttons, menus, and forms that one of them
// opened.
bool sits_on_a_message(const discord::Interaction& interaction);

// What the log calls it.
std::string title(const discord::Interaction& interaction);

// A sentence for the user; our own faults are logged, and the sentence has a reference that finds the line.
Reply apologise(const Error& error, const discord::Interaction& interaction);

}  // namespace matchday::surfaces
