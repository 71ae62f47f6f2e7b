alter table organizations add column description text not null default '';
alter table organizations add column version bigint not null default 1;

alter table guilds add column name text not null default '';
alter table guilds add column linked_by text;      -- null: by the configuration
alter table guilds add column bot_left_at_ms bigint;  -- null: the bot is in it, as far as we know

-- Who belongs to which organization. `source`: what keeps them in it; those of 'discord' go when they do not
-- manage its Discord server any more.
create table organization_members (
  organization_id bigint not null references organizations (id),
  discord_id text not null,
  name text not null,
  role text not null check (role in ('member', 'moderator', 'tournament_manager', 'admin', 'owner')),
  source text not null check (source in ('discord', 'invite', 'founder', 'operator')),
  joined_at_ms bigint not null,
  primary key (organization_id, discord_id)
);
create index organization_members_person on organization_members (discord_id);

create table organization_invites (
  id bigint primary key,
  organization_id bigint not null references organizations (id),
  code text not null unique,
  role text not null,
  uses_max bigint,  -- null: any number
  uses bigint not null,
  expires_at_ms bigint,
  created_by text not null,
  created_at_ms bigint not null
);
create index organization_invites_organization on organization_invites (organization_id);

create table organization_requests (
  id bigint primary key,
  name text not null,
  description text not null,
  requested_by text not null,
  requested_by_name text not null,
  requested_at_ms bigint not null,
  status text not null check (status in ('pending', 'approved', 'rejected')),
  reviewed_by text,
  reviewed_at_ms bigint,
  note text not null default ''
);
create index organization_requests_person on organization_requests (requested_by, status);
