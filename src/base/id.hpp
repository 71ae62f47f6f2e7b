// Ids. Id<Tag> is one of ours: 64 bits, ordered by time, made by IdSource. Snowflake<Tag> is one of
// Discord's. The tag makes a channel id and a guild id different types; both travel as decimal strings in
// JSON.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/number.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace matchday {

template <class Tag, class Number>
struct TypedId {
  Number value = 0;

  auto operator<=>(const TypedId&) const = default;
  explicit operator bool() const { return value != 0; }
  std::string text() const { return std::to_string(value); }

  // Digits only, within range, not zero; anything else is nothing.
  static std::optional<TypedId> parse(std::string_view digits) {
    const auto number = parse_number<Number>(digits);
    return number && *number > 0 ? std::optional(TypedId{*number}) : std::nullopt;
  }
};

template <class Tag>
using Id = TypedId<Tag, std::int64_t>;
template <class Tag>
using Snowflake = TypedId<Tag, std::uint64_t>;

using OrganizationId = Id<struct OrganizationTag>;
using ResourceId = Id<struct ResourceTag>;
using JobId = Id<struct JobTag>;

using GuildId = Snowflake<struct GuildTag>;
using ChannelId = Snowflake<struct ChannelTag>;
using UserId = Snowflake<struct UserTag>;
using RoleId = Snowflake<struct RoleTag>;
using MessageId = Snowflake<struct MessageTag>;
using ApplicationId = Snowflake<struct ApplicationTag>;
using InteractionId = Snowflake<struct InteractionTag>;

// Makes ids that grow with time and do not collide between processes: 41 bits of milliseconds since
// 2024-01-01, then 22 bits that start at random and count up within the millisecond. Any thread may ask:
// transaction functions do.
class IdSource {
 public:
  IdSource(const Clock& clock, Random random) : clock_(clock), random_(random) {}

  template <class TheId>
  TheId next() {
    return TheId{next_value()};
  }

 private:
  std::int64_t next_value();
  const Clock& clock_;
  Random random_;
  std::mutex mutex_;
  std::int64_t last_ = 0;
};

}  // namespace matchday

template <class Tag, class Number>
struct std::hash<matchday::TypedId<Tag, Number>> {
  std::size_t operator()(const matchday::TypedId<Tag, Number>& id) const noexcept {
    return std::hash<Number>{}(id.value);
  }
};
