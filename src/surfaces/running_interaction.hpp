// One interaction while it is being answered: what the parts of CommandRouter share. For commands.cpp and
// answering.cpp only.
#pragma once
#include "surfaces/commands.hpp"

namespace matchday::surfaces {

struct CommandRouter::Running {
  Running(Executor executor, discord::Interaction what, json::value how, Time until)
      : interaction(std::move(what)),
        wire(std::move(how)),
        expires(until),
        reply(std::make_shared<Awaited<Reply>>(std::move(executor))) {}

  discord::Interaction interaction;
  json::value wire;  // as Discord sent it: what is kept if the answer comes late
  Time expires;      // the token is void then
  std::optional<OrganizationId> organization = {};  // once it was looked up
  discord::GatewayProgress::Work work = {};

  // Passes between the handler, which may take long, and the one who acknowledges.
  std::shared_ptr<Awaited<Reply>> reply;
  // Where the first answer goes if Discord asked over HTTP; otherwise it is a request of ours.
  std::shared_ptr<Awaited<json::object>> inline_answer = {};
};

}  // namespace matchday::surfaces
