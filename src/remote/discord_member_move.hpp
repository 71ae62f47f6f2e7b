// Kind discord_member_move: a one-shot. Somebody who sits in voice is moved to another channel, or out of
// voice, if they are still where they were when it was decided: who has left is not dragged back. Document:
// {"user_id", "session_id", "from_channel_id", "to_channel_id" (null: disconnect)}; container: the guild.
#pragma once
#include "remote/discord_access.hpp"

namespace matchday::remote {

class DiscordMemberMove final : public effects::ValueKind {
 public:
  static constexpr std::string_view kind_name = "discord_member_move";
  static constexpr Duration expiry = 60s;  // later than that it would surprise
  explicit DiscordMemberMove(DiscordAccess access) : access_(std::move(access)) {}

  static json::value document(UserId user, const discord::VoiceState& seen, std::optional<ChannelId> to);

  std::string_view name() const override { return kind_name; }
  std::string_view platform() const override { return "discord"; }

  Task<Result<effects::Permit>> admit(effects::Resource resource) override;
  Result<effects::Prepared> prepare(const effects::Resource& resource) override;
  Task<Result<effects::Made>> create(effects::Resource resource, json::value body,
                                     effects::Permit permit) override;
  Task<Result<json::value>> change(effects::Resource resource) override;
  Task<Result<>> remove(effects::Resource resource) override;

 private:
  discord::RestRequest request(const effects::Resource& resource) const;
  DiscordAccess access_;
};

}  // namespace matchday::remote
