-- Interactions that Discord was told to wait for, until they are answered. The id is Discord's, so that a copy of
-- the event finds the row. `sealed` holds the whole interaction, its token included.
create table interactions (
  id text primary key,
  organization_id bigint,  -- null: not known yet when Discord had to be told
  sealed text not null,
  attempts bigint not null,  -- processes that began to answer it
  expires_at_ms bigint not null
);
create index interactions_expiry on interactions (expires_at_ms);
