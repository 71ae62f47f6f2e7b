// Sign-in with Discord: who somebody is, and in which servers with which rights (reference/discord.md §1.13).
// The scopes are `identify` and `guilds`; the token is used for that at once and then forgotten. The same
// code flow, with the scopes of a bot, invites the bot into a server. Not here: sessions (features/accounts),
// and who asked (the state is its caller's).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "net/oauth2.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::discord {

struct SignInOptions {
  net::OAuth2Application application{.platform = "Discord"};  // its token_url follows from api_url
  std::string authorize_url = "https://discord.com/oauth2/authorize";
  std::string api_url = "https://discord.com/api/v10";
  Random random = Random(1);  // jitter of the pauses; pass a fork of the server's
};

// A person, as `identify` shows them: no e-mail.
struct Identity {
  UserId id;
  std::string name;    // the display name, else the user name
  std::string avatar;  // its hash; empty: none
};

// A server in which that person is.
struct OwnGuild {
  GuildId id;
  std::string name;
  std::string icon;  // its hash; empty: none
  bool owner = false;
  Permissions permissions = 0;  // theirs in the server, not in its channels

  // May bring a bot in, and decides what it does there.
  bool managed() const {
    return owner || has(permissions, Permission::administrator) || has(permissions, Permission::manage_guild);
  }
};

// Lifetime: http and clock outlive it. Errors as net/oauth2.hpp tells them.
class SignIn {
 public:
  SignIn(net::HttpClient& http, Clock& clock, SignInOptions options);

  bool configured() const { return options_.application.complete(); }

  // Where to send a browser that signs in.
  std::string authorize_url(std::string_view state) const;

  // Where to send a browser that invites the bot with these permissions, preselecting a server. Comes back to
  // the same redirect address with `guild_id`.
  std::string invite_url(std::string_view state, GuildId guild, Permissions permissions) const;

  struct Grant {
    Secret<std::string> token;
    std::optional<GuildId> invited_to;  // the server into which this very grant brought the bot
  };
  Task<Result<Grant>> exchange(Secret<std::string> code);
  Task<Result<Identity>> who(Secret<std::string> token);
  // All of them: at most 200, which is Discord's limit on servers of one person.
  Task<Result<std::vector<OwnGuild>>> guilds(Secret<std::string> token);

  const SignInOptions& options() const { return options_; }

 private:
  net::HttpClient& http_;
  Clock& clock_;
  SignInOptions options_;
};

}  // namespace matchday::discord
