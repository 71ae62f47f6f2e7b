// See gateway_close.hpp.
#include "platforms/discord/gateway_close.hpp"

namespace matchday::discord {

CloseReaction close_reaction(int code) {
  switch (code) {
    case 4003:
    case 4005:
    case 4007:
    case 4009:
      return CloseReaction::identify;
    case 4008:
      return CloseReaction::resume_later;
    case 4004:
    case 4010:
    case 4011:
    case 4012:
      return CloseReaction::fatal;
    case 4013:
    case 4014:
      return CloseReaction::intents;
    default:
      return CloseReaction::resume;
  }
}

std::string close_sentence(int code) {
  switch (code) {
    case 4004:
      return "Discord does not accept the bot token (4004). Copy a fresh one from the Developer Portal "
             "(Bot > Reset Token) into the settings.";
    case 4010:
      return "Discord refused the shard number (4010). This is an error in Matchday; please report it.";
    case 4011:
      return "The bot is in more than 2500 servers, and Discord demands sharding (4011), which this "
             "version does not do.";
    case 4012:
      return "Discord no longer offers gateway version 10 (4012). Update Matchday.";
    case 4013:
      return "Discord refused the intents as invalid (4013). This is an error in Matchday; please report it.";
    default:
      return "Discord does not allow the intents that Matchday asks for (4014). Switch them on in the "
             "Developer Portal (Bot > Privileged Gateway Intents).";
  }
}

}  // namespace matchday::discord
