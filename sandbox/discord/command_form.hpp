// Reads application command definitions: names, descriptions, options, choices and their limits (reference
// §1.3).
#pragma once
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {

// Puts the fields that are present into the command; a new one must have a name. Faults go to `form`.
void read_command(Form& form, Command& command, bool is_new);

}  // namespace matchday::sandbox::discord
