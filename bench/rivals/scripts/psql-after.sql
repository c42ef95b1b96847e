-- Tables of the same transaction spare the log; indexes come after the rows.
begin;
\ir tables.sql
\ir copy.sql
\ir keys.sql
commit;
