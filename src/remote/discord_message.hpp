// Kind discord_message: one message of ours in a channel, posted once and then edited. Its document is a
// message body with at least one embed; its container is the channel. Discord refuses a second message with
// the same nonce for some minutes; after that, the marker in the first embed's URL finds the one that exists.
#pragma once
#include <map>

#include "remote/discord_access.hpp"

namespace matchday::remote {

class DiscordMessage final : public effects::Kind {
 public:
  static constexpr std::string_view kind_name = "discord_message";
  // `link_base`: the marker's URL is this and the marker, such as "https://matchday.example/r/".
  DiscordMessage(DiscordAccess access, std::string link_base)
      : access_(std::move(access)), link_base_(std::move(link_base)) {}

  std::string_view name() const override { return kind_name; }
  std::string_view platform() const override { return "discord"; }
  Duration quiet() const override { return 20s; }

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
  json::object with_marker(const effects::Resource& resource) const;
  using Ours = std::map<MessageId, json::value>;
  Task<Result<Ours>> ours(ChannelId channel, std::optional<MessageId> after);
  DiscordAccess access_;
  std::string link_base_;
};

}  // namespace matchday::remote
