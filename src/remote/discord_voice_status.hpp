// Kind discord_voice_status: the line under a voice channel's name, such as the live score. A renamed channel
// would say it too, but only twice in ten minutes. Document: {"channel_id", "status"}; container: the guild.
// It is a courtesy: whatever stands in its way ends it quietly, so that no organizer is called for it.
#pragma once
#include "remote/discord_access.hpp"

namespace matchday::remote {

class DiscordVoiceStatus final : public effects::ValueKind {
 public:
  static constexpr std::string_view kind_name = "discord_voice_status";
  static constexpr std::size_t status_max = 500;  // reference/discord.md §1.8
  explicit DiscordVoiceStatus(DiscordAccess access) : access_(std::move(access)) {}

  static json::value document(ChannelId channel, std::string_view status);

  std::string_view name() const override { return kind_name; }
  std::string_view platform() const override { return "discord"; }

  Task<Result<effects::Permit>> admit(effects::Resource resource) override;
  Result<effects::Prepared> prepare(const effects::Resource& resource) override;
  Task<Result<effects::Made>> create(effects::Resource resource, json::value body,
                                     effects::Permit permit) override;
  Task<Result<json::value>> change(effects::Resource resource) override;
  Task<Result<>> remove(effects::Resource resource) override;

 private:
  bool may_set(GuildId guild, ChannelId channel) const;
  DiscordAccess access_;
};

}  // namespace matchday::remote
