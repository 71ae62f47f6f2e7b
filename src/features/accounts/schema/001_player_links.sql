create table player_links (
  organization_id bigint not null,
  discord_id text not null,
  faceit_id text not null,
  faceit_nickname text not null,
  verified_method text not null check (verified_method in ('nickname', 'oauth', 'manual')),
  linked_at_ms bigint not null,
  primary key (organization_id, discord_id),
  unique (organization_id, faceit_id)
);
