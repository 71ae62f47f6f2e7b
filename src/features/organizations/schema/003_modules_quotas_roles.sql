-- What an organization has switched on or off; without a row a module is on.
create table organization_modules (
  organization_id bigint not null references organizations (id),
  module text not null,
  active integer not null check (active in (0, 1)),
  primary key (organization_id, module)
);

-- What an operator allows an organization; without a row the usual.
create table organization_quotas (
  organization_id bigint not null references organizations (id),
  quota text not null,
  value bigint not null,
  primary key (organization_id, quota)
);

-- Who has a role of one of its Discord servers has a role here.
create table organization_role_mappings (
  organization_id bigint not null references organizations (id),
  guild_id text not null,
  role_id text not null,
  role text not null,
  primary key (organization_id, role_id)
);
create index organization_role_mappings_guild on organization_role_mappings (guild_id);

-- Its page for everybody.
alter table organizations add column is_public integer not null default 0;
alter table organizations add column discord_invite text not null default '';
-- Chosen on a page: it stands until the configuration names one.
alter table organizations add column alert_channel_by_hand integer not null default 0;

-- Made on a page, and not by the configuration.
alter table webhook_secrets add column by_hand integer not null default 0;
