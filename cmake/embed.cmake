# Writes files into a header as a table of {file name, contents}. Called by matchday_embed at build time.
# Contents go out as numbers: a raw string literal would have a length limit and a delimiter to guess.
set(table "")
set(number 0)
foreach(path IN LISTS FILES)
  math(EXPR number "${number} + 1")
  get_filename_component(file ${path} NAME)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  set(symbol file${number})
  string(APPEND arrays "inline constexpr unsigned char ${NAME}_${symbol}[] = {${bytes}0};\n")
  string(APPEND table "    EmbeddedFile{\"${file}\", {reinterpret_cast<const char*>(${NAME}_${symbol}), sizeof ${NAME}_${symbol} - 1}},\n")
endforeach()
file(WRITE ${HEADER}
"#pragma once
#include \"base/embedded.hpp\"
namespace matchday::embedded {
${arrays}
inline const EmbeddedFile ${NAME}[] = {
${table}};
}
")
