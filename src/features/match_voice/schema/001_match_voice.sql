create table match_voice_settings (
  organization_id bigint primary key,
  teams text not null check (teams in ('faction1', 'both')),
  move_from text not null check (move_from in ('any', 'lobby')),
  category_id text,
  lobby_id text,
  name_template text not null
);

-- One row for each match that was ever heard of. A closed one stays as a tombstone, so that late events change nothing.
create table match_state (
  organization_id bigint not null,
  match_id text not null,
  phase text not null check (phase in ('open', 'closing', 'closed')),
  episode integer not null,
  last_event text not null,
  last_event_at_ms bigint not null,
  payload_version bigint not null,
  roster_known integer not null check (roster_known in (0, 1)),
  checked_event_at_ms bigint,
  competition text,
  opened_at_ms bigint not null,
  closing_at_ms bigint,
  closed_at_ms bigint,
  primary key (organization_id, match_id)
);
create index match_state_age on match_state (closed_at_ms) where phase = 'closed';

create table match_players (
  organization_id bigint not null,
  match_id text not null,
  faction text not null,
  team_name text not null,
  position integer not null,
  faceit_id text not null,
  nickname text not null,
  primary key (organization_id, match_id, faction, faceit_id),
  foreign key (organization_id, match_id) references match_state (organization_id, match_id) on delete cascade
);
create index match_players_person on match_players (organization_id, faceit_id);

-- Who was moved in, and where they sat before: stored before they are moved.
create table match_members (
  organization_id bigint not null,
  match_id text not null,
  episode integer not null,
  discord_id text not null,
  faction text not null,
  origin_channel_id text,
  moved_at_ms bigint not null,
  primary key (organization_id, match_id, episode, discord_id),
  foreign key (organization_id, match_id) references match_state (organization_id, match_id) on delete cascade
);

create table active_matches (
  organization_id bigint not null,
  match_id text not null,
  faction text not null,
  voice_channel_id text not null,
  created_at_ms bigint not null,
  primary key (organization_id, match_id, faction)
);
