-- One row for each remote thing that we promise (docs/ARCHITECTURE.md, "The effects protocol").
create table resources (
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
create index resources_subject on resources (organization_id, purpose, subject);
create index resources_open on resources (state) where state not in ('gone', 'expired');
create index resources_remote on resources (kind, remote_id) where remote_id is not null;
create index resources_age on resources (updated_at_ms) where state in ('gone', 'expired');

-- What happened to each, for the people who ask why. Kept as long as its resource.
create table resource_events (
  id bigint primary key,
  resource_id bigint not null references resources (id) on delete cascade,
  at_ms bigint not null,
  what text not null,
  detail text not null
);
create index resource_events_order on resource_events (resource_id, id);
