-- What a process must know of the one before it, so that its first requests to Discord are not refused.
create table discord_routes (
  route text primary key,
  window_ms bigint not null,  -- how long a use of the route counts
  free_at_ms bigint           -- after a clean stop: when nothing of it counts any more
);
