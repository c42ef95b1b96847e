-- Tables to be filled, with their keys.
\ir tables.sql
\ir keys.sql
