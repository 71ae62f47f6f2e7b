// Requests that answer an interaction (reference §1.4, §4). They carry the interaction's token in the path
// instead of the bot token: it is a secret for 15 minutes. Each function only builds the request.
#pragma once
#include <string>

#include "base/secret.hpp"
#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

// Kinds of first answer.
namespace interaction_callback {
inline constexpr int pong = 1;
inline constexpr int message = 4;
inline constexpr int deferred_message = 5;
inline constexpr int deferred_update = 6;
inline constexpr int update_message = 7;
inline constexpr int autocomplete_result = 8;
inline constexpr int modal = 9;
}  // namespace interaction_callback

inline constexpr int ephemeral = 1 << 6;  // message flag: only the person who acted sees it

// The first answer, due within 3 s. `body`: {type, data}.
RestRequest respond(InteractionId interaction, const Secret<std::string>& token, json::object body);

RestRequest edit_original(ApplicationId application, const Secret<std::string>& token, json::object body);
RestRequest follow_up(ApplicationId application, const Secret<std::string>& token, json::object body);
RestRequest delete_original(ApplicationId application, const Secret<std::string>& token);

}  // namespace matchday::discord
