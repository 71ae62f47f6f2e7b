// Secret<T> holds what must never be printed: bot tokens, client secrets, keys. It has no stream operator and
// no formatter; reveal() is the one way out, easy to search for.
#pragma once
#include <utility>

namespace matchday {

template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}

  // The secret itself. Use it in the expression that needs it; do not keep a copy.
  const T& reveal() const { return value_; }

  bool empty() const
    requires requires(const T& v) { v.empty(); }
  {
    return value_.empty();
  }

 private:
  T value_;
};

}  // namespace matchday
