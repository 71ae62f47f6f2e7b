// Named parameters for an engine that only counts them: ":name" in our SQL becomes "$1", "$2", …. Not here:
// values, and anything else that a statement says.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace matchday::store {

struct NumberedSql {
  std::string text;
  std::vector<std::string> names;  // names[0] is "$1"; each name once, however often it is used
};

// What stands in quotes or comments, and the "::" of a cast, is left alone.
NumberedSql number_parameters(std::string_view sql);

}  // namespace matchday::store
