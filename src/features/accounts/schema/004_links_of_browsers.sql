-- Where a login was begun: in a browser that is signed in, which alone may end it (it has the cookie). Null: in
-- Discord.
alter table oauth_states add column browser_hash text;
alter table link_confirmations add column browser_hash text;
alter table link_confirmations add column discord_name text not null default '';  -- as the question showed it
