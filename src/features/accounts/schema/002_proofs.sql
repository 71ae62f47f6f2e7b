-- A link that was proved by logging in at FACEIT counts in every organization. It is a row of player_links with
-- organization 0, so that the keys of 001 say what must hold: one proof for a Discord user, one for a FACEIT id.
-- Claims are superseded across organizations: they are looked for by each of their two ids alone.
create index player_links_discord on player_links (discord_id);
create index player_links_faceit on player_links (faceit_id);

-- Who was sent to FACEIT and is expected back. The state itself is nowhere, and the PKCE verifier is derived from
-- it with a key of the server.
create table oauth_states (
  state_hash text primary key,
  organization_id bigint not null,
  discord_id text not null,
  discord_name text not null,
  expires_at_ms bigint not null
);
create index oauth_states_discord on oauth_states (discord_id);

-- Who came back, and still has to say that this Discord account is theirs.
create table link_confirmations (
  token_hash text primary key,
  organization_id bigint not null,
  discord_id text not null,
  faceit_id text not null,
  faceit_nickname text not null,
  expires_at_ms bigint not null
);
create index link_confirmations_discord on link_confirmations (discord_id);

-- Claims that somebody else's proof removed: /whoami tells it.
create table superseded_claims (
  organization_id bigint not null,
  discord_id text not null,
  faceit_nickname text not null,
  superseded_at_ms bigint not null,
  primary key (organization_id, discord_id)
);
