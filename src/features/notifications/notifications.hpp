// The facade of notifications: alerts to organizers, once each, and webhooks.
#pragma once
#include <string>

#include "effects/ledger.hpp"
#include "features/notifications/webhooks.hpp"
#include "surfaces/feature.hpp"

namespace matchday::notifications {

class Alerts {
 public:
  explicit Alerts(effects::Ledger& ledger) : ledger_(ledger) {}

  // Something about `subject` needs a human. Said once, however often it is raised; said again when the words
  // change.
  void raise(store::Transaction& tx, OrganizationId organization, std::string_view subject,
             std::string_view text, Time now);

  // It is fine again. Nothing happens if nothing was raised.
  void resolve(store::Transaction& tx, OrganizationId organization, std::string_view subject, Time now);

 private:
  effects::Ledger& ledger_;
};

// Lifetime: the webhooks outlive the feature's routes and jobs.
surfaces::Feature feature(Webhooks& webhooks);

}  // namespace matchday::notifications
