create table features (
  user_id bigint primary key,
  total_exp_per_user bigint not null,
  avg_exp_time_per_user double precision,
  most_consumed_compound bigint,
  most_consumed_compound_name text,
  most_consumed_compounds bigint[] not null,
  most_consumed_compound_uses bigint not null,
  distinct_compounds bigint not null,
  total_exp_time_per_user double precision not null,
  median_exp_time_per_user double precision
)
