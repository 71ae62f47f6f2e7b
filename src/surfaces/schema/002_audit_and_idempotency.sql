-- Who changed what. Organization 0: of the installation.
create table audit_log (
  id bigint primary key,
  organization_id bigint not null,
  at_ms bigint not null,
  actor_id text,  -- null: the server itself
  actor_name text not null,
  via text not null,
  address text not null,
  action text not null,
  subject text not null,
  before_value text,
  after_value text
);
create index audit_log_organization on audit_log (organization_id, id);

-- Answers of changes that named an Idempotency-Key: the same request is answered again without being done again.
create table idempotency_keys (
  caller text not null,
  idempotency_key text not null,
  fingerprint text not null,  -- of method, path and body
  status bigint not null,
  answer text not null,
  version bigint,
  at_ms bigint not null,
  primary key (caller, idempotency_key)
);
create index idempotency_keys_age on idempotency_keys (at_ms);
