\ir tables.sql
\ir keys.sql
begin;
\ir copy.sql
commit;
