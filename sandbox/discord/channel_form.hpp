// Reads channels and permission overwrites from requests: limits, parents, and who may grant what (reference
// §1.8).
#pragma once
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {

// Puts the fields that are present into `channel`. `is_new`: the stricter limit on overwrites applies.
void read_channel(Call& call, Form& form, const Guild& guild, Channel& channel, bool is_new);

// The parent must be a category of the guild with room for one more. Faults go to `form`.
void check_parent(const State& state, Form& form, const Guild& guild, const Channel& channel,
                  std::optional<ChannelId> old_parent);

// May the bot set `after` where `before` was? Only bits that it holds itself; MANAGE_ROLES only as an
// administrator.
Refusal check_granted_bits(const Call& call, const Guild& guild, const Channel& place,
                           const std::vector<Overwrite>& before, const std::vector<Overwrite>& after);

std::vector<Overwrite> read_overwrites(Form& form, const Guild& guild, std::size_t max);

}  // namespace matchday::sandbox::discord
