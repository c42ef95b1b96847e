-- Whom a load touches: new users, and everyone who gains, loses or shares a changed experiment, or
-- whose most used compound has changed. Features of a features-only load stay as they are.
create table new_users as
select user_id from users anti join stored_users using (user_id);

create table scientists as
select user_id from (
  select user_id from new_users
  union
  select user_id from experiments anti join unchanged_experiments using (experiment_id)
  union
  select user_id from stored_experiments semi join changed_experiments using (experiment_id)
  union
  select user_id from users_of_changed_compounds
)
anti join features_only_users using (user_id);
