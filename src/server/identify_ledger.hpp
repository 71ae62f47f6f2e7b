// Remembers in the database when the bot identified with Discord's gateway, so that a crash loop cannot use
// up the day's budget (which would make Discord reset the token).
#pragma once
#include "platforms/discord/gateway.hpp"
#include "store/database.hpp"

namespace matchday::server {

class StoredIdentifyLedger final : public discord::IdentifyLedger {
 public:
  StoredIdentifyLedger(Clock& clock, store::Database& database) : clock_(clock), database_(database) {}
  Task<std::vector<Time>> recent() override;
  Task<void> record(Time when) override;

 private:
  Clock& clock_;
  store::Database& database_;
};

}  // namespace matchday::server
