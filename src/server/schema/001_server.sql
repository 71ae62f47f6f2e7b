-- When this bot identified with Discord's gateway: a crash loop must not use up the day's budget (IdentifyLedger).
create table gateway_identifies (
  at_ms bigint not null
);
create index gateway_identifies_age on gateway_identifies (at_ms);
