// Finding: one thing that the doctor looked at, and how to mend it if it is not as it should be.
#pragma once
#include <string>
#include <string_view>

namespace matchday::surfaces {

enum class Verdict { fine, advice, wrong };  // advice: it works, but something will be missed

struct Finding {
  Verdict verdict = Verdict::fine;
  std::string what;
  std::string fix;  // empty when fine

  bool operator==(const Finding&) const = default;
};

// "fine", "advice", "wrong": part of the API.
constexpr std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::fine:
      return "fine";
    case Verdict::advice:
      return "advice";
    case Verdict::wrong:
      return "wrong";
  }
  return "wrong";
}

}  // namespace matchday::surfaces
