// A fresh, empty database on either engine, for tests that hold on both. PostgreSQL is the one that ./test
// has started (MATCHDAY_TEST_POSTGRES); each test gets a schema of its own in it.
#pragma once
#include <cstdlib>
#include <memory>

#include "base/crypto.hpp"
#include "store/postgres_engine.hpp"
#include "store/sqlite_engine.hpp"
#include "temporary_directory.hpp"

namespace matchday::test {

enum class EngineKind { sqlite, postgres };

inline std::string name_of(const testing::TestParamInfo<EngineKind>& info) {
  return info.param == EngineKind::sqlite ? "sqlite" : "postgres";
}

inline const char* postgres_url() {
  return std::getenv("MATCHDAY_TEST_POSTGRES");
}

// The engine of tests that do not choose: MATCHDAY_TEST_ENGINE=postgres runs them all on the other one.
inline EngineKind usual_engine() {
  const char* name = std::getenv("MATCHDAY_TEST_ENGINE");
  return name != nullptr && std::string_view(name) == "postgres" ? EngineKind::postgres : EngineKind::sqlite;
}

// For SetUp() of a fixture: the test is skipped when its engine is not here.
#define SKIP_WITHOUT_ENGINE(kind)                                                                      \
  if ((kind) == ::matchday::test::EngineKind::postgres && ::matchday::test::postgres_url() == nullptr) \
  GTEST_SKIP() << "MATCHDAY_TEST_POSTGRES names no PostgreSQL"

class FreshDatabase {
 public:
  explicit FreshDatabase(EngineKind kind) : kind_(kind) {
    if (kind_ == EngineKind::postgres && postgres_url() != nullptr) {
      schema_ = "t" + crypto::to_hex(crypto::random_bytes(8));
      store::PostgresConnection(clock_, {.url = Secret<std::string>(postgres_url())})
          .script("create schema " + schema_);
    }
  }
  ~FreshDatabase() {
    if (schema_.empty()) return;
    try {
      store::PostgresConnection(clock_, {.url = Secret<std::string>(postgres_url())})
          .script("drop schema " + schema_ + " cascade");
    } catch (const store::SqlError& fault) {
      ADD_FAILURE() << "the schema stays behind: " << fault.what();
    }
  }

  // False: the test is about to be skipped (SKIP_WITHOUT_ENGINE).
  bool here() const { return kind_ == EngineKind::sqlite || !schema_.empty(); }
  std::string sqlite_path() const { return directory_.file("matchday.db"); }
  store::PostgresOptions postgres_options() const {
    // Its name tells its connections apart from those of other tests in the same server.
    return {.url = Secret<std::string>(std::string(postgres_url()) + "?options=-csearch_path%3D" + schema_ +
                                       "&application_name=" + schema_)};
  }

  std::unique_ptr<store::Session> session() const {
    if (!here()) return nullptr;
    if (kind_ == EngineKind::postgres)
      return std::make_unique<store::PostgresConnection>(clock_, postgres_options());
    return std::make_unique<store::SqliteConnection>(sqlite_path(), store::SqliteMode::write);
  }

  std::unique_ptr<store::Engine> engine() const {
    if (kind_ == EngineKind::postgres) {
      return std::make_unique<store::PostgresEngine>(
          clock_, store::PostgresEngineOptions{.connection = postgres_options()});
    }
    (void)session();  // makes the file
    return std::make_unique<store::SqliteEngine>(clock_, store::SqliteEngineOptions{.path = sqlite_path()});
  }

 private:
  EngineKind kind_;
  SystemClock clock_;
  TemporaryDirectory directory_;
  std::string schema_;
};

}  // namespace matchday::test
