select
  i as compound_id,
  'Compound ' || i as compound_name,
  'C' || (1 + hash(i, $seed, 4) % 30)
    || 'H' || (1 + hash(i, $seed, 5) % 60)
    || case hash(i, $seed, 6) % 3 when 0 then '' else 'N' || (1 + hash(i, $seed, 6) % 5) end
    || case hash(i, $seed, 7) % 3 when 0 then '' else 'O' || (1 + hash(i, $seed, 7) % 9) end as compound_structure
from range(1, $compounds + 1) t (i)
order by i
