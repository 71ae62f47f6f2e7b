// Adoption: after a restore, and in a copy, the ledger may not know of everything that carries our marker.
// While it lasts, everything is looked for before it is made (and adopted when it is there), and the sweep
// removes nothing, until an operator says that all is well.
#pragma once
#include <optional>
#include <string>

#include "store/database.hpp"

namespace matchday::effects {

struct Adoption {
  Time since;
  std::string reason;  // for people: "restored from a backup"
};

// Harmless to repeat: the first reason stays.
void begin_adoption(store::Transaction& tx, std::string_view reason, Time now);
void end_adoption(store::Transaction& tx);
std::optional<Adoption> find_adoption(store::Transaction& tx);

}  // namespace matchday::effects
