create table users (user_id bigint, name text, email text, signup_date date);
create table compounds (compound_id bigint, compound_name text, compound_structure text);
create table experiments (
  experiment_id bigint,
  user_id bigint,
  experiment_compound_ids text,
  experiment_run_time double precision
);
