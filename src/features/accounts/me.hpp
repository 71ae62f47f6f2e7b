// The API of one's own account: who am I, where am I signed in, my API tokens. Private to accounts.
#pragma once
#include "features/accounts/sessions.hpp"
#include "surfaces/api.hpp"

namespace matchday::accounts {

class MeApi {
 public:
  // Lifetime: everything outlives the routes.
  MeApi(store::Database& database, IdSource& ids, Sessions& sessions)
      : database_(database), ids_(ids), sessions_(sessions), changes_(database, ids) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;
  Answer me(Call call);
  Answer sign_out(Call call);
  Answer sessions(Call call);
  Answer end_other_sessions(Call call);
  Answer tokens(Call call);
  Answer create_token(Call call);
  Answer remove_token(Call call);

  store::Database& database_;
  IdSource& ids_;
  Sessions& sessions_;
  surfaces::Changes changes_;
};

}  // namespace matchday::accounts
