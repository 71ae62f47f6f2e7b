-- A database as the first landed version left it.
pragma foreign_keys=off;
BEGIN TRANSACTION;
CREATE TABLE active_matches (
  organization_id bigint not null,
  match_id text not null,
  faction text not null,
  voice_channel_id text not null,
  created_at_ms bigint not null,
  primary key (organization_id, match_id, faction)
);
CREATE TABLE alerts (
  organization_id bigint not null,
  subject text not null,
  text text not null,
  open integer not null check (open in (0, 1)),
  episode integer not null,
  raised_at_ms bigint not null,
  resolved_at_ms bigint,
  primary key (organization_id, subject)
);
INSERT INTO "alerts" VALUES(402000000000000001,'old trouble','It was mended.',0,1,1799000000000,NULL);
CREATE TABLE gateway_identifies (
  at_ms bigint not null
);
INSERT INTO "gateway_identifies" VALUES(1799990000000);
CREATE TABLE guilds (
  guild_id text primary key,
  organization_id bigint not null references organizations (id),
  linked_at_ms bigint not null
);
INSERT INTO "guilds" VALUES('1593540240998400003',402000000000000001,1799000000000);
CREATE TABLE inbox (
  organization_id bigint not null,
  source text not null,
  delivery_key text not null,
  received_at_ms bigint not null,
  summary text not null,
  primary key (organization_id, source, delivery_key)
);
INSERT INTO "inbox" VALUES(402000000000000001,'faceit','a delivery of yesterday',1799950000000,'match_object_created');
CREATE TABLE jobs (
  id bigint primary key,
  organization_id bigint not null,
  kind text not null,
  subject text not null,
  payload text not null,
  state text not null check (state in ('ready', 'leased', 'dead')),
  run_at_ms bigint not null,
  attempt integer not null,
  waiting_for text,
  lease_owner text,
  lease_until_ms bigint,
  last_error text,
  created_at_ms bigint not null
);
INSERT INTO "jobs" VALUES(402000000000000950,402000000000000001,'match_voice.converge','1-0000aaaa-old','{}','ready',1799900000000,0,NULL,NULL,NULL,NULL,1799900000000);
CREATE TABLE match_members (
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
CREATE TABLE match_players (
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
INSERT INTO "match_players" VALUES(402000000000000001,'1-0000aaaa-old','faction1','Wolves',0,'a1b2c3d4-0001-4aaa-8bbb-000000000001','Kestrel');
CREATE TABLE match_state (
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
INSERT INTO "match_state" VALUES(402000000000000001,'1-0000aaaa-old','closed',0,'match_status_finished',1799900000000,3,1,NULL,NULL,1799800000000,1799899999000,1799900000000);
CREATE TABLE match_voice_settings (
  organization_id bigint primary key,
  teams text not null check (teams in ('faction1', 'both')),
  move_from text not null check (move_from in ('any', 'lobby')),
  category_id text,
  lobby_id text,
  name_template text not null
);
CREATE TABLE organizations (
  id bigint primary key,
  slug text not null unique,
  name text not null,
  alert_channel_id text,
  created_at_ms bigint not null
);
INSERT INTO "organizations" VALUES(402000000000000001,'main','Nordlys Community','1593540240998400010',1799000000000);
CREATE TABLE player_links (
  organization_id bigint not null,
  discord_id text not null,
  faceit_id text not null,
  faceit_nickname text not null,
  verified_method text not null check (verified_method in ('nickname', 'oauth', 'manual')),
  linked_at_ms bigint not null,
  primary key (organization_id, discord_id),
  unique (organization_id, faceit_id)
);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400017','a1b2c3d4-0001-4aaa-8bbb-000000000001','kept0','nickname',1799000000000);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400018','a1b2c3d4-0002-4aaa-8bbb-000000000002','kept1','nickname',1799000000001);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400019','a1b2c3d4-0003-4aaa-8bbb-000000000003','kept2','nickname',1799000000002);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400020','a1b2c3d4-0004-4aaa-8bbb-000000000004','kept3','nickname',1799000000003);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400021','a1b2c3d4-0005-4aaa-8bbb-000000000005','kept4','nickname',1799000000004);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400022','a1b2c3d4-0006-4aaa-8bbb-000000000006','kept5','nickname',1799000000005);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400023','a1b2c3d4-0007-4aaa-8bbb-000000000007','kept6','nickname',1799000000006);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400024','a1b2c3d4-0008-4aaa-8bbb-000000000008','kept7','nickname',1799000000007);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400025','a1b2c3d4-0009-4aaa-8bbb-000000000009','kept8','nickname',1799000000008);
INSERT INTO "player_links" VALUES(402000000000000001,'1593540240998400026','a1b2c3d4-0010-4aaa-8bbb-000000000010','kept9','nickname',1799000000009);
CREATE TABLE resource_events (
  id bigint primary key,
  resource_id bigint not null references resources (id) on delete cascade,
  at_ms bigint not null,
  what text not null,
  detail text not null
);
INSERT INTO "resource_events" VALUES(402000000000000901,402000000000000900,1799900000000,'gone','removed');
CREATE TABLE resources (
  id bigint primary key,
  organization_id bigint not null,
  kind text not null,
  purpose text not null,
  subject text not null,
  owner text not null,
  generation integer not null,
  marker text not null unique,
  container text not null,
  wanted text,
  wanted_version integer not null,
  applied text,
  applied_version integer not null,
  observed text,
  state text not null check (state in
    ('planned', 'sending', 'confirmed', 'removing', 'gone', 'unknown', 'refused', 'expired')),
  remote_id text,
  expires_at_ms bigint,
  attempt integer not null,
  incarnation text,
  sent_at_ms bigint,
  request text,
  verify_at_ms bigint,
  last_error text,
  last_error_code integer,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  unique (organization_id, kind, owner, generation)
);
INSERT INTO "resources" VALUES(402000000000000900,402000000000000001,'discord_channel','match_voice.channel','1-0000aaaa-old','match/1-0000aaaa-old/faction1',0,'mdaaaaaaaaaaaaaaaa','1593540240998400003',NULL,2,'{"name":"Match 1-0000aaaa"}',1,NULL,'gone','1593000000000000000',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1799800000000,1799900000000);
CREATE TABLE schema_migrations (module text not null, number integer not null, name text not null, checksum text not null, applied_at_ms bigint not null, primary key (module, number));
INSERT INTO "schema_migrations" VALUES('jobs',1,'001_jobs.sql','e6e1cfa07ca40f62f37179628de03b8255a259dc2abab3d3886f305b4b238ca3',1799000000000);
INSERT INTO "schema_migrations" VALUES('effects',1,'001_effects.sql','15d5930d13067759230182ca4294f54f655d0851aab233e9b56116df52dc588a',1799000000000);
INSERT INTO "schema_migrations" VALUES('server',1,'001_server.sql','7c0051d72e0fb0c60aa649dc0c0e7a7921112edf1126a4f21a9d199b940ce0ea',1799000000000);
INSERT INTO "schema_migrations" VALUES('organizations',1,'001_organizations.sql','dc77fb509b39b130689f6e518a41d0d10e4c7b20c91dd10c107179be2dd8ac53',1799000000000);
INSERT INTO "schema_migrations" VALUES('notifications',1,'001_alerts.sql','66c757f54344e69c1ad2d0767723f5bb207c616b97796d944ce88a4f7853007a',1799000000000);
INSERT INTO "schema_migrations" VALUES('accounts',1,'001_player_links.sql','6d60a193b71bf9009a84365375db4ab81d9a054d376537fbf7e03f79e877c593',1799000000000);
INSERT INTO "schema_migrations" VALUES('match_voice',1,'001_match_voice.sql','4a6e2fbd5d7d870e6079f101e0e1a459dc111ff3995adbeece9765469b83490e',1799000000000);
CREATE TABLE timetable (
  organization_id bigint not null,
  kind text not null,
  subject text not null,
  interval_ms bigint,
  next_run_at_ms bigint not null,
  when_missed text not null check (when_missed in ('run_once', 'skip')),
  active integer not null check (active in (0, 1)),
  last_run_at_ms bigint,
  skipped integer not null default 0,
  primary key (organization_id, kind, subject)
);
CREATE TABLE webhook_secrets (
  digest text primary key,
  organization_id bigint not null references organizations (id),
  purpose text not null,
  created_at_ms bigint not null,
  unique (organization_id, purpose)
);
CREATE UNIQUE INDEX jobs_ready on jobs (organization_id, kind, subject) where state = 'ready';
CREATE UNIQUE INDEX jobs_leased on jobs (organization_id, kind, subject) where state = 'leased';
CREATE INDEX jobs_due on jobs (run_at_ms, id) where state = 'ready';
CREATE INDEX inbox_age on inbox (received_at_ms);
CREATE INDEX resources_subject on resources (organization_id, purpose, subject);
CREATE INDEX resources_open on resources (state) where state not in ('gone', 'expired');
CREATE INDEX resources_remote on resources (kind, remote_id) where remote_id is not null;
CREATE INDEX resources_age on resources (updated_at_ms) where state in ('gone', 'expired');
CREATE INDEX resource_events_order on resource_events (resource_id, id);
CREATE INDEX gateway_identifies_age on gateway_identifies (at_ms);
CREATE INDEX guilds_organization on guilds (organization_id);
CREATE INDEX match_state_age on match_state (closed_at_ms) where phase = 'closed';
CREATE INDEX match_players_person on match_players (organization_id, faceit_id);
COMMIT;
pragma foreign_keys=on;
