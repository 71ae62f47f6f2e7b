-- The gateway session that the next process may resume, with the guild cache as it was after `sequence`
-- (SessionSnapshot). One row for each shard; it is replaced, so the table does not grow.
create table gateway_sessions (
  shard bigint primary key,
  credentials text not null,      -- a digest of the token and the intents: a session is good for these alone
  session_id text not null,
  resume_url text not null,
  sequence bigint not null,       -- of the last event whose work is done, never ahead of it
  self_id text not null,
  application_id text not null,
  guilds text not null,           -- the cache, deflated, in base64url
  guilds_bytes bigint not null,   -- before it was deflated
  tries bigint not null,          -- how many processes took this row up since it was written
  saved_at_ms bigint not null
);
