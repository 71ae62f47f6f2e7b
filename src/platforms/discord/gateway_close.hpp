// What the end of a gateway connection means, by its close code (reference §2.4).
#pragma once
#include <cstdint>
#include <string>

namespace matchday::discord {

enum class CloseReaction : std::uint8_t {
  resume,        // the session lives on
  resume_later,  // we sent too much
  identify,      // the session is gone
  fatal,         // only a human can help
  intents,       // fatal, unless there are intents that we can do without
};

CloseReaction close_reaction(int code);

// For the fatal ones: what happened and what to do, for the operator.
std::string close_sentence(int code);

inline constexpr int close_authentication_failed = 4004;
inline constexpr int close_resumable = 4000;  // the code that we send; 1000 would end the session

}  // namespace matchday::discord
