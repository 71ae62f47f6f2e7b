// What is stored about oneself: to have it, and to have it removed (surfaces/personal_data.hpp asks every
// slice), and what accounts itself keeps of a person. Private to accounts.
#pragma once
#include "features/accounts/sessions.hpp"
#include "jobs/queue.hpp"
#include "surfaces/personal_data.hpp"

namespace matchday::accounts {

class MyDataApi {
 public:
  // Lifetime: everything outlives the routes.
  MyDataApi(store::Database& database, IdSource& ids, Sessions& sessions,
            const surfaces::PersonalData& personal_data)
      : database_(database),
        ids_(ids),
        sessions_(sessions),
        personal_data_(personal_data),
        changes_(database, ids) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;
  Answer export_all(Call call);
  Answer erase(Call call);

  store::Database& database_;
  IdSource& ids_;
  Sessions& sessions_;
  const surfaces::PersonalData& personal_data_;
  surfaces::Changes changes_;
};

// The person as Discord showed them, links, sessions and tokens without what opens them.
json::object export_person(store::Transaction& tx, UserId user);
void erase_person(store::Transaction& tx, jobs::Queue& queue, UserId user, Time now);

}  // namespace matchday::accounts
