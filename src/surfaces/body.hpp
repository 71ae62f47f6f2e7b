// Body: reads the JSON body of an API call field by field. Every fault is one sentence that begins with the
// field's name; fields that nobody asked for are refused, so that a typing mistake does not go unseen. In a
// change, an absent field keeps what is stored and null clears it.
//
//   Body body(call.body);
//   const auto name = body.text("name", {.max = 100});
//   if (auto wrong = body.wrong()) return std::unexpected(*wrong);
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::surfaces {

// A field of a change.
template <class T>
struct Patch {
  bool given = false;
  std::optional<T> value;  // nothing: null was given

  // `stored` as it is after the change.
  void apply_to(std::optional<T>& stored) const {
    if (given) stored = value;
  }
  void apply_to(T& stored) const {
    if (given && value) stored = *value;
  }
};

struct TextLimits {
  std::size_t min = 1;  // characters (code points)
  std::size_t max = 200;
};

class Body {
 public:
  // Lifetime: `value` outlives the body. Anything but an object is a fault.
  explicit Body(const json::value& value);

  // Required: absent and null are faults.
  std::string text(std::string_view name, TextLimits limits = {});
  std::string choice(std::string_view name, const std::vector<std::string_view>& choices);

  // Absent: `given` is false.
  Patch<std::string> patch_text(std::string_view name, TextLimits limits = {}, bool nullable = false);
  Patch<std::string> patch_choice(std::string_view name, const std::vector<std::string_view>& choices);
  Patch<std::int64_t> patch_whole(std::string_view name, std::int64_t min, std::int64_t max,
                                  bool nullable = false);
  Patch<bool> patch_flag(std::string_view name);
  Patch<Time> patch_time(std::string_view name, bool nullable = false);
  Patch<std::vector<std::string>> patch_texts(std::string_view name, std::size_t count_max,
                                              TextLimits limits = {});
  // Of fields of its own, to be read by another Body; null when absent.
  const json::value* patch_object(std::string_view name);
  template <class Id>
  Patch<Id> patch_id(std::string_view name, bool nullable = true) {
    const auto text = patch_text(name, {}, nullable);
    Patch<Id> out{.given = text.given};
    if (!text.value) return out;
    out.value = Id::parse(*text.value);
    if (!out.value) fault(name, "must be an id: a text of digits.");
    return out;
  }

  // Says so about a field that was read.
  void fault(std::string_view name, std::string_view sentence);

  // The first fault; a field that was not asked for is one.
  std::optional<Error> wrong();

 private:
  const json::value* read(std::string_view name);
  std::optional<std::string> as_text(std::string_view name, const json::value& value, TextLimits limits);

  const json::object* object_;
  std::set<std::string, std::less<>> known_;
  std::optional<Error> first_;
};

}  // namespace matchday::surfaces
