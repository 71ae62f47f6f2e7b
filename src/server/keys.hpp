// The installation's master key, from which all others are derived. It must be kept beside every backup:
// without it, sealed secrets do not open and our own channels are not recognised.
#pragma once
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace matchday::server {

// Where the key comes from: `sec_key` stretched, if set and no file is named; else the file, which is made
// (for its owner only) if it does not exist. Errors: unavailable (cannot be read or made), invalid (not a
// key).
Result<Secret<std::string>> load_master_key(const std::string& key_file, const std::string& default_file,
                                            const Secret<std::string>& sec_key);

}  // namespace matchday::server
