-- Who alone may do what: one row for each thing that only one process at a time may do (src/jobs/lease.hpp).
create table leases (
  name text primary key,
  holder text not null,
  beat bigint not null   -- counts renewals; no clocks are compared between machines
);
