-- Everybody who ever signed in, as Discord showed them then.
create table people (
  discord_id text primary key,
  name text not null,
  avatar text not null,
  first_signed_in_ms bigint not null,
  last_signed_in_ms bigint not null
);

-- Browsers that are signed in. The id itself is in their cookie alone. After a rotation the id before is good
-- for a moment, for requests that are under way.
create table sessions (
  id_hash text primary key,
  previous_hash text,
  discord_id text not null,
  begun_at_ms bigint not null,
  rotated_at_ms bigint not null,
  seen_at_ms bigint not null,
  address text not null,
  agent text not null
);
create unique index sessions_previous on sessions (previous_hash);
create index sessions_person on sessions (discord_id);
create index sessions_age on sessions (seen_at_ms);

-- Browsers that were sent to Discord, until they come back. Bound to the browser by a cookie.
create table sign_ins (
  state_hash text primary key,
  browser_hash text not null,
  purpose text not null check (purpose in ('sign_in', 'link')),
  return_to text not null,
  organization_id bigint,  -- of 'link'
  guild_id text,
  discord_id text,         -- who asked for the link
  expires_at_ms bigint not null
);
create index sign_ins_expiry on sign_ins (expires_at_ms);

-- Tokens of the API. The token itself is shown once.
create table api_tokens (
  id bigint primary key,
  discord_id text not null,
  organization_id bigint,  -- null: wherever the person may
  name text not null,
  token_hash text not null unique,
  hint text not null,      -- its first characters, to tell it apart
  scopes text not null,    -- JSON: names of permissions
  created_at_ms bigint not null,
  expires_at_ms bigint,
  used_at_ms bigint
);
create index api_tokens_person on api_tokens (discord_id);
