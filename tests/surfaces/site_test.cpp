// The pages that an operator fills: Markdown in, safe HTML out.
#include <gmock/gmock.h>

#include "base/metrics.hpp"
#include "surfaces/site.hpp"
#include "tests/support/run_task.hpp"

namespace matchday::surfaces {
namespace {

using testing::HasSubstr;
using testing::Not;

struct SiteTest : testing::Test {
  boost::asio::io_context context;
  Metrics metrics;
  Router router{metrics};

  net::ServerResponse get(const SiteOptions& options, const std::string& path) {
    for (auto& route : site_routes(options)) router.add(std::move(route));
    return test::run(context, router.handle({.head = {.method = "GET", .path = path}}));
  }
};

TEST_F(SiteTest, what_the_operator_wrote_is_shown_and_scripts_are_not) {
  const auto page = get({.privacy = "# Who we are\n\n*Nordlys* <script>alert(1)</script>\n\n"
                                    "[write](mailto:a@example.org) [bad](javascript:alert(1))"},
                        "/privacy");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<em>Nordlys</em>"));
  EXPECT_THAT(page.body, HasSubstr("mailto:a@example.org"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(page.body, Not(HasSubstr("javascript:")));
}

TEST_F(SiteTest, what_nobody_wrote_is_not_there) {
  EXPECT_EQ(get({.privacy = "Something"}, "/terms").status, 404);
}

}  // namespace
}  // namespace matchday::surfaces
