// How every request to Discord names us: without this form Discord refuses it (reference/discord.md §1.0).
#pragma once

namespace matchday::discord {

inline constexpr const char* user_agent = "DiscordBot (https://github.com/matchday, " MATCHDAY_VERSION ")";

}  // namespace matchday::discord
