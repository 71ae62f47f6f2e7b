-- A row here: this database may not know of everything that we made (it was restored from a backup, or copied), so that
-- nothing is made before it was looked for, and nothing is swept away.
create table adoption (
  id integer primary key check (id = 1),
  since_ms bigint not null,
  reason text not null
);
