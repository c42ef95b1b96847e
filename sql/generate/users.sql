select
  i as user_id,
  first_names[1 + cast(hash(i, $seed, 1) % 12 as bigint)] || ' ' || last_names[1 + cast(hash(i, $seed, 2) % 12 as bigint)] as name,
  'user' || i || '@lab.example' as email,
  date '2015-01-01' + cast(hash(i, $seed, 3) % 3650 as integer) as signup_date
from range(1, $users + 1) t (i)
cross join (
  select
    ['Ada', 'Bo', 'Chidi', 'Dana', 'Emil', 'Farah', 'Goran', 'Hana', 'Ilse', 'Jun', 'Kemi', 'Luca'] as first_names,
    ['Abe', 'Berg', 'Cruz', 'Diaz', 'Eto', 'Fox', 'Grau', 'Hall', 'Ito', 'Jung', 'Khan', 'Lund'] as last_names
)
order by i
