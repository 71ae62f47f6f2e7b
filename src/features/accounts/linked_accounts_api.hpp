// The API of linked accounts: a person's own, on every platform, and for organizers who is linked among their
// players. Private to accounts.
#pragma once
#include <memory>
#include <vector>

#include "features/accounts/linked_accounts.hpp"
#include "surfaces/api.hpp"

namespace matchday::accounts {

class LinkedAccountsApi {
 public:
  // Lifetime: everything outlives the routes.
  LinkedAccountsApi(store::Database& database, IdSource& ids,
                    const std::vector<std::unique_ptr<LinkedPlatform>>& platforms)
      : database_(database), changes_(database, ids), platforms_(platforms) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;
  Answer list(Call call);
  Answer link(Call call);
  Answer unlink(Call call);
  Answer players(Call call);
  Answer remove_claim(Call call);

  // The one of the path's {platform}. Error `not_found`.
  Result<LinkedPlatform*> platform_of(const Call& call) const;

  store::Database& database_;
  surfaces::Changes changes_;
  const std::vector<std::unique_ptr<LinkedPlatform>>& platforms_;
};

}  // namespace matchday::accounts
