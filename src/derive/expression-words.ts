/**
 * What an expression may call. A list of what is allowed, not of what is not: the engine has a thousand
 * functions, some read files or settings, and each release brings others. All of these give the same for
 * the same rows, in whatever order they come.
 */
export const scalarFunctions: ReadonlySet<string> = new Set(
  [
    '+ - * / // % ^ ** || ~~ !~~ ~~* !~~* ~~~ !~~~',
    'abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod',
    'greatest least coalesce nullif ifnull isnan isinf isfinite isnull',
    'lower upper length strlen trim ltrim rtrim left right substring substr replace contains concat concat_ws',
    'starts_with ends_with prefix suffix regexp_matches regexp_full_match regexp_extract regexp_replace like_escape',
    'len array_length list_contains list_has array_contains list_unique list_sort',
    'list_reverse_sort list_min list_max list_sum list_count list_extract array_extract list_slice list_value',
    'array_to_string list_position',
  ]
    .join(' ')
    .split(' '),
);

/** Aggregates whose result does not depend on the order of the rows. */
export const plainAggregates: ReadonlySet<string> = new Set(
  'count count_star count_if countif min max bool_and bool_or median quantile_disc quantile_cont'.split(
    ' ',
  ),
);

/** Those of macros.sql that run over sorted values. */
export const sortingAggregates: ReadonlySet<string> = new Set(['sorted_sum', 'sorted_median']);

/** Exact over whole numbers and decimals; over doubles the last bits depend on the order. */
export const summingAggregates: ReadonlySet<string> = new Set(['sum', 'avg', 'mean']);

/** What these give depends on an order, which must therefore be given and leave nothing open. */
export const orderedAggregates: ReadonlySet<string> = new Set([
  'list',
  'array_agg',
  'string_agg',
  'first',
  'last',
]);
