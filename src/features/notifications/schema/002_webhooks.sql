create table webhooks (
  id bigint primary key,
  organization_id bigint not null,
  url text not null,
  description text not null,
  events text not null,
  active integer not null check (active in (0, 1)),
  -- Why the server switched it off; null when an organizer did, or nobody.
  disabled_reason text,
  -- Secrets are sealed under the installation's key.
  secret text not null,
  old_secret text,
  old_secret_until_ms bigint,
  version bigint not null,
  created_by text not null,
  created_at_ms bigint not null,
  failing_since_ms bigint
);
create index webhooks_of_organization on webhooks (organization_id);

-- One row for each event and webhook: what is sent, and what became of it.
create table webhook_deliveries (
  id bigint primary key,
  webhook_id bigint not null references webhooks (id) on delete cascade,
  organization_id bigint not null,
  event text not null,
  subject text not null,
  body text not null,
  state text not null check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null,
  -- Of them, those before it was asked for again: the schedule began anew then.
  attempts_before integer not null,
  last_status integer,
  last_error text not null,
  response text not null,
  created_at_ms bigint not null,
  attempted_at_ms bigint,
  next_attempt_at_ms bigint,
  delivered_at_ms bigint
);
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_attempt_at_ms) where state = 'pending';
create index webhook_deliveries_age on webhook_deliveries (created_at_ms);
