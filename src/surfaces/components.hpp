// Buttons under a message, as Discord's JSON (reference/discord.md §4). What a press does is a Component
// (commands.hpp).
#pragma once
#include <string_view>

#include "base/json.hpp"

namespace matchday::surfaces {

enum class ButtonStyle { primary = 1, secondary = 2, danger = 4 };

// An action row: at most 5 buttons.
json::object row(json::array buttons);

// Carries custom_id(action, argument). A label that is too long for Discord is cut.
json::object button(ButtonStyle style, std::string_view label, std::string_view action,
                    std::string_view argument);

// Leads to an address of at most 512 characters.
json::object link_button(std::string_view label, std::string_view url);

}  // namespace matchday::surfaces
