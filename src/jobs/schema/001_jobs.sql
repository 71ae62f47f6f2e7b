-- Durable work. A row is a promise to call the handler of `kind` for `subject`; it leaves the table when that succeeded.
create table jobs (
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
-- What is asked for twice before it starts is done once.
create unique index jobs_ready on jobs (organization_id, kind, subject) where state = 'ready';
-- Two of the same kind and subject never run at the same time.
create unique index jobs_leased on jobs (organization_id, kind, subject) where state = 'leased';
create index jobs_due on jobs (run_at_ms, id) where state = 'ready';

-- What happens at times: each row enqueues its job when it is due.
create table timetable (
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

-- Deliveries that have been taken in. Kept seven days: no sender repeats later than that.
create table inbox (
  organization_id bigint not null,
  source text not null,
  delivery_key text not null,
  received_at_ms bigint not null,
  summary text not null,
  primary key (organization_id, source, delivery_key)
);
create index inbox_age on inbox (received_at_ms);
