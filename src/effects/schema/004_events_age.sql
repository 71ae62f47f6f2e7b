-- What happened to a thing that lives for months is forgotten after a month, too.
create index resource_events_age on resource_events (at_ms);
