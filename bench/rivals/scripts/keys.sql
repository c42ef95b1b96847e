-- The keys and indexes that Elute's tables have.
alter table users add primary key (user_id);
alter table compounds add primary key (compound_id);
alter table experiments add primary key (experiment_id);
create index on experiments (user_id);
