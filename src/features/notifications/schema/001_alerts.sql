create table alerts (
  organization_id bigint not null,
  subject text not null,
  text text not null,
  open integer not null check (open in (0, 1)),
  episode integer not null,
  raised_at_ms bigint not null,
  resolved_at_ms bigint,
  primary key (organization_id, subject)
);
