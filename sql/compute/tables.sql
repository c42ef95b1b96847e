-- What a load gathers while it is read and checked. A finding is one thing wrong or odd in a row.
create type finding as struct(column_name varchar, value varchar, code varchar, detail varchar);

-- One row a rejected row; `record` holds the cells as the file has them.
create table rejects (file_id integer, line bigint, findings finding[], record varchar[]);
create table warnings (file_id integer, line bigint, finding finding);
create table duplicates (file_id integer, line bigint);

-- The input files; rows name them by their id. `prefix` stands before the number of a row.
create table files (file_id integer, prefix varchar);

-- The loads whose rejects rows of these files mend.
create table mends (load_id integer, rows bigint);
