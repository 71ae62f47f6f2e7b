create table organizations (
  id bigint primary key,
  slug text not null unique,
  name text not null,
  alert_channel_id text,
  created_at_ms bigint not null
);

-- A guild belongs to exactly one organization.
create table guilds (
  guild_id text primary key,
  organization_id bigint not null references organizations (id),
  linked_at_ms bigint not null
);
create index guilds_organization on guilds (organization_id);

-- HMAC(server key, secret): the secret itself is nowhere.
create table webhook_secrets (
  digest text primary key,
  organization_id bigint not null references organizations (id),
  purpose text not null,
  created_at_ms bigint not null,
  unique (organization_id, purpose)
);
