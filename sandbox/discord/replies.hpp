// Replies: the messages that an interaction's token may make and change, shared by the callback and the
// webhook routes.
#pragma once
#include "sandbox/discord/message_form.hpp"

namespace matchday::sandbox::discord {

constexpr std::int64_t reply_flags = message_flag::suppress_embeds | message_flag::ephemeral |
                                     message_flag::suppress_notifications | message_flag::components_v2;

// An empty message in the interaction's channel.
Message reply_draft(const State& state, const Interaction& interaction);

// Posts it: mentions resolved (users only, unless the body says otherwise), ephemeral ones for the user
// alone.
Message& post_reply(Call& call, Form& form, const Interaction& interaction, Message draft);

// Changes it as the form says. Whether it is ephemeral does not change.
Refusal edit_reply(Call& call, Form& form, Message& message);

}  // namespace matchday::sandbox::discord
