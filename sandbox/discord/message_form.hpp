// Reads what a message consists of from a request: content, embeds, components, attachments, flags (reference
// §1.5, §1.6), checks it and puts it into the form in which Discord stores and returns it.
#pragma once
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {

namespace message_flag {
constexpr std::int64_t suppress_embeds = 1 << 2;
constexpr std::int64_t ephemeral = 1 << 6;
constexpr std::int64_t loading = 1 << 7;
constexpr std::int64_t suppress_notifications = 1 << 12;
constexpr std::int64_t components_v2 = 1 << 15;
}  // namespace message_flag

// Puts the fields that are present into `message`; faults go to `form`. `allowed_flags`: others are ignored.
void read_message(Call& call, Form& form, Message& message, std::int64_t allowed_flags);

// True if there would be nothing to see.
bool is_empty(const Message& message);

// The parts of it that have files of their own.
json::array read_embeds(Form& form, std::string_view key);
// `modal`: the components of a modal instead of a message.
json::array read_components(State& state, Form& form, std::string_view key, bool v2, bool modal);
void read_attachments(Call& call, Form& form, Message& message);
void check_allowed_mentions(Form& form);

}  // namespace matchday::sandbox::discord
