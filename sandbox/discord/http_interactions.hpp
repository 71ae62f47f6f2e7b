// Interactions as Discord posts them to an application's own address instead of sending them over the gateway
// (reference §1.15): signed with Ed25519, and with a wrong signature now and then, to see that the
// application looks. An address is accepted only if it answers a ping and turns a forged one away; one that
// ever believes a forged request is removed. Pure: somebody takes what is due and reports the answers.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sandbox/discord/state.hpp"

namespace matchday::sandbox::discord {

// The application's public key, in hexadecimal: always the same one, because it opens nothing outside.
std::string application_public_key();

class HttpInteractions {
 public:
  explicit HttpInteractions(State& state) : state_(state) {}

  // Checks the address; until it is accepted, interactions go over the gateway. Empty: no address any more.
  void set_endpoint(std::string url);
  const InteractionsEndpoint& endpoint() const { return endpoint_; }
  bool accepted() const { return endpoint_.state == InteractionsEndpoint::State::accepted; }

  void deliver(InteractionId interaction, const json::object& wire);
  std::vector<SignedRequest> take() { return std::exchange(due_, {}); }

  // The interaction that this was the answer to; nothing for a ping or a forged request.
  std::optional<InteractionId> answered(std::uint64_t id, int status, std::string_view body);

 private:
  enum class Purpose { ping, forgery, interaction };
  struct Sent {
    Purpose purpose = Purpose::ping;
    std::string url;
    InteractionId interaction;
  };
  void post(Purpose purpose, std::string body, InteractionId interaction = {});
  void post_ping(Purpose purpose);
  void refuse(std::string reason);
  void accept_if_checked();

  State& state_;
  InteractionsEndpoint endpoint_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Sent> sent_;
  std::vector<SignedRequest> due_;
  bool ping_passed_ = false;
  bool forgery_passed_ = false;
  int since_forgery_ = 0;
};

// Applies what the response to a posted interaction says, as if it were a callback: 200 is the answer, 202
// says that it comes as a callback, anything else that the application failed. Status 0: no response.
void take_response(World::Parts& parts, InteractionId interaction, int status, std::string_view body);

}  // namespace matchday::sandbox::discord
