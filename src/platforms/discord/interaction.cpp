// See interaction.hpp.
#include "platforms/discord/interaction.hpp"

#include "platforms/discord/guild_cache.hpp"

namespace matchday::discord {
namespace {

constexpr int option_subcommand = 1;
constexpr int option_subcommand_group = 2;
constexpr std::int64_t discord_epoch_ms = 1'420'070'400'000;  // 2015-01-01, reference §1.0
constexpr int snowflake_time_shift = 22;

void read_user(Interaction& out, const Fields& root) {
  const auto member = root.object("member");
  const auto user = member.is_object() ? member.object("user") : root.object("user");
  out.user = user.id<UserId>("id").value_or(UserId{});
  out.account_name = user.string_or("username", "");
  out.user_name = user.string_or("global_name", out.account_name);
  out.user_name = member.string_or("nick", out.user_name);
  out.member_permissions = parse_permissions(member.string_or("permissions", "0"));
  out.member_roles = parse_role_ids(member.array("roles"));
}

// Options of a subcommand sit inside it; callers want them flat, with the way there told apart.
void read_options(Interaction& out, const json::array& options) {
  for (const auto& item : options) {
    const Fields option(item);
    const auto option_name = option.string_or("name", "");
    const auto type = option.integer("type").value_or(0);
    if (type == option_subcommand || type == option_subcommand_group) {
      out.subcommands.push_back(option_name);
      read_options(out, option.array("options"));
      continue;
    }
    const auto* value = option.get("value");
    out.options[option_name] = value ? *value : json::value(nullptr);
    if (option.boolean("focused") == true) out.focused = option_name;
  }
}

// A modal's inputs, wherever they are: inside action rows (`components`) or labels (`component`).
void read_inputs(Interaction& out, const json::value& component) {
  const Fields fields(component);
  if (const auto id = fields.string("custom_id")) {
    const auto* value = fields.get("value");
    if (!value) value = fields.get("values");
    if (value) out.options[*id] = *value;
  }
  for (const auto& inner : fields.array("components")) read_inputs(out, inner);
  if (const auto* inner = fields.get("component")) read_inputs(out, *inner);
}

}  // namespace

Time snowflake_time(std::uint64_t snowflake) {
  return from_ms(static_cast<std::int64_t>(snowflake >> snowflake_time_shift) + discord_epoch_ms);
}

Result<Interaction> parse_interaction(const json::value& data) {
  const Fields root(data);
  Interaction out;
  const auto id = root.id<InteractionId>("id");
  const auto token = root.string("token");
  read_user(out, root);
  if (!id || !token || !out.user)
    return fail(ErrorKind::invalid, "An interaction lacks its id, token or user.");
  out.id = *id;
  out.application = root.id<ApplicationId>("application_id").value_or(ApplicationId{});
  out.type = static_cast<int>(root.integer("type").value_or(0));
  out.token = Secret<std::string>(*token);
  out.guild = root.id<GuildId>("guild_id");
  out.channel = root.id<ChannelId>("channel_id");
  out.app_permissions = parse_permissions(root.string_or("app_permissions", "0"));
  out.locale = root.string_or("locale", "");
  out.message = root.object("message").id<MessageId>("id");
  out.created = snowflake_time(id->value);
  const auto inner = root.object("data");
  out.command = inner.string_or("name", "");
  out.custom_id = inner.string_or("custom_id", "");
  read_options(out, inner.array("options"));
  for (const auto& component : inner.array("components")) read_inputs(out, component);
  for (const auto& value : inner.array("values")) {
    if (const auto* text = value.if_string()) out.values.emplace_back(text->data(), text->size());
  }
  return out;
}

}  // namespace matchday::discord
