// A file that the build compiled into the binary (matchday_embed in cmake/MatchdayTargets.cmake).
#pragma once
#include <string_view>

namespace matchday {

struct EmbeddedFile {
  std::string_view name;  // the file's name without its folder
  std::string_view contents;
};

}  // namespace matchday
