-- Whose database this is: so that a wrong key and a copied file are noticed before anything is sent.
create table installation (
  id integer primary key check (id = 1),
  key_check text not null,  -- derived from the master key; a database and its key belong together
  file_identity text        -- of the SQLite file: a copy has another
);
