alter table match_voice_settings add column open_on text not null default 'created';
alter table match_voice_settings add column return_to text not null default 'origin';
alter table match_voice_settings add column card_channel_id text;
alter table match_voice_settings add column spectator_role_id text;
alter table match_voice_settings add column grace_seconds integer not null default 0;
alter table match_voice_settings add column max_age_minutes integer not null default 360;
alter table match_voice_settings add column live_status integer not null default 1;
alter table match_voice_settings add column moves_need_proof integer not null default 0;
-- What the server's configuration said last, as it was applied: only what changed there since overrules a command.
alter table match_voice_settings add column configured text;

-- Which organizers, hubs, championships and games concern the community; hubs and championships are polled too.
create table match_voice_following (
  organization_id bigint not null,
  kind text not null check (kind in ('organizer', 'hub', 'championship', 'game')),
  id text not null,
  primary key (organization_id, kind, id)
);

alter table match_state add column reached text not null default 'created';
alter table match_state add column scheduled_at_ms bigint;
alter table match_state add column organizer_id text not null default '';
alter table match_state add column competition_id text not null default '';
alter table match_state add column game text not null default '';
alter table match_state add column confirmed_at_ms bigint;
alter table match_state add column end_reason text not null default '';
alter table match_state add column closed_by_human integer not null default 0;
alter table match_state add column facts text;
create index match_state_unfinished on match_state (organization_id, opened_at_ms) where phase <> 'closed';

alter table match_players add column level integer;
alter table match_players add column captain integer not null default 0;
alter table match_players add column team_level integer;

-- Seen in their room (from then on they go where they like), or asked to be brought in.
alter table match_members add column arrived integer not null default 0;
alter table match_members add column asked integer not null default 0;

-- People who asked not to be moved.
create table match_voice_unmoved (
  organization_id bigint not null,
  discord_id text not null,
  since_ms bigint not null,
  primary key (organization_id, discord_id)
);
