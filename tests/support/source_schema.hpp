// The tables of one part, read from the source tree: the embedded copy is the library's private matter.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "store/migrations.hpp"

namespace matchday::test {

// `folder`: from the project's root, such as "src/server/schema".
inline std::vector<store::Migration> schema_of(const std::string& module, const std::string& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MATCHDAY_SOURCE_DIR "/" + folder))
    files.insert(entry.path());
  std::vector<store::Migration> all;
  for (const auto& path : files) {
    std::ifstream file(path);
    CHECK(file.is_open());
    all.push_back({module, static_cast<int>(all.size()) + 1, path.filename(),
                   std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())});
  }
  return all;
}

}  // namespace matchday::test
