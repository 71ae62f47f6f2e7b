// Kind discord_channel: a guild channel. Its document is the body of Discord's "create guild channel"; its
// container is the guild. The marker is in the audit log's reason, because a channel has no field that people
// do not see.
#pragma once
#include "remote/discord_access.hpp"

namespace matchday::remote {

class DiscordChannel final : public effects::Kind {
 public:
  static constexpr std::string_view kind_name = "discord_channel";
  explicit DiscordChannel(DiscordAccess access) : access_(std::move(access)) {}

  std::string_view name() const override { return kind_name; }
  std::string_view platform() const override { return "discord"; }
  Duration quiet() const override {
    return 20s;
  }  // docs/PROMISES.md: how late an effect of Discord's may land

  Task<Result<effects::Permit>> admit(effects::Resource resource) override;
  Result<effects::Prepared> prepare(const effects::Resource& resource) override;
  Task<Result<effects::Made>> create(effects::Resource resource, json::value body,
                                     effects::Permit permit) override;
  Task<Result<json::value>> change(effects::Resource resource) override;
  Task<Result<>> remove(effects::Resource resource) override;
  Task<Result<effects::Observation>> observe(effects::Resource resource) override;
  Task<Result<>> remove_twin(effects::Resource resource, std::string twin_remote_id) override;
  Task<Result<std::vector<effects::Marked>>> list_marked(std::string container) override;

 private:
  struct Created {  // an entry of the audit log: we made this channel for this reason
    ChannelId channel;
    std::string marker;
  };
  Task<Result<std::vector<discord::Channel>>> channels(GuildId guild);
  Task<Result<std::vector<Created>>> created_by_us(GuildId guild);
  effects::Observation recognise(const effects::Resource& resource,
                                 const std::vector<discord::Channel>& present) const;
  effects::Observation not_in_audit_log(const effects::Resource& resource,
                                        std::vector<discord::Channel> present,
                                        const std::vector<Created>& created) const;
  Task<Result<>> change_overwrites(effects::Resource resource, json::value applied, json::value wanted);
  DiscordAccess access_;
};

}  // namespace matchday::remote
