-- How a cell of each kind is read: read_X gives the value of a cell as it stands in the file, or null;
-- X_fault gives the code of what is wrong with a trimmed one. Casts in this engine are lenient (1.5
-- becomes 2, 1_000 and inf are numbers), so a pattern goes before each of them. Nearly all cells
-- match the first pattern; only the others pay for trimming and for the careful reading, parse_X. What
-- a macro names twice is planned twice: a list of one element and a lambda name it once.

create macro trim_cell(cell) as
  nullif(trim(cell, e' \t\r\n\v\f' || chr(160) || chr(8239) || chr(12288) || chr(65279)), '');

create macro parse_id(cell) as
  case
    when regexp_full_match(cell, '[0-9]{1,16}') and cast(cell as bigint) between 1 and 9007199254740991
      then cast(cell as bigint)
  end;
create macro read_id(cell) as
  case
    when regexp_full_match(cell, '[1-9][0-9]{0,14}') then cast(cell as bigint)
    else parse_id(trim_cell(cell))
  end;
create macro id_fault(cell) as
  case when cell is null then 'missing_value' when read_id(cell) is null then 'invalid_id' end;

create macro split_ids(cell) as
  case
    when regexp_full_match(cell, '[0-9]{1,16}(\s*;\s*[0-9]{1,16})*')
      then cast(string_split(cell, ';') as bigint[])
  end;
create macro parse_ids(cell) as
  list_filter(
    [split_ids(cell)], lambda ids: list_min(ids) >= 1 and list_max(ids) <= 9007199254740991
  )[1];
create macro read_ids(cell) as
  case
    when regexp_full_match(cell, '[1-9][0-9]{0,14}(;[1-9][0-9]{0,14})*')
      then cast(string_split(cell, ';') as bigint[])
    else parse_ids(trim_cell(cell))
  end;
create macro ids_fault(cell) as
  case when cell is null then 'missing_value' when read_ids(cell) is null then 'invalid_id_list' end;

-- `mark` is a literal: point, comma, or either of them.
create macro point_number(cell) as
  case
    when regexp_full_match(cell, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
      then try_cast(cell as double)
  end;
create macro cast_number(cell, mark) as
  case
    when mark = 'point' then point_number(cell)
    when mark = 'comma' and contains(cell, '.') then null
    else point_number(replace(cell, ',', '.'))
  end;
-- Adding 0 turns -0 into 0.
create macro parse_duration(cell, mark) as
  list_filter([cast_number(cell, mark)], lambda number: number >= 0 and isfinite(number))[1] + 0.0;
create macro read_duration(cell, mark) as
  case
    when mark <> 'comma' and regexp_full_match(cell, '[0-9]{1,15}(\.[0-9]{0,15})?')
      then cast(cell as double)
    else parse_duration(trim_cell(cell), mark)
  end;
create macro duration_fault(cell, mark) as
  case
    when cell is null then 'missing_value'
    when read_duration(cell, mark) is not null then null
    when cast_number(cell, mark) < 0 and isfinite(cast_number(cell, mark)) then 'negative_number'
    when mark = 'point' and regexp_full_match(cell, '[+-]?[0-9]*([.,][0-9]*)*,[0-9]+') then 'decimal_comma'
    when mark = 'comma' and regexp_full_match(cell, '[+-]?[0-9]*([.,][0-9]*)*\.[0-9]+') then 'decimal_point'
    else 'invalid_number'
  end;

-- The date in front of a time of day counts as written, whatever its zone.
create macro date_part_of(cell) as
  regexp_replace(cell, '[Tt ]\s*([01]?[0-9]|2[0-4]):[0-5][0-9](:[0-6][0-9]([.,][0-9]+)?)?\s*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$', '');
create macro two_numbers_first(day) as
  regexp_full_match(day, '[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2})');
create macro unsure_order(day) as
  two_numbers_first(day)
  and (
    not regexp_full_match(day, '.*[0-9]{4}')
    or (
      try_cast(regexp_extract(day, '^([0-9]+)', 1) as integer) <= 12
      and try_cast(regexp_extract(day, '^[0-9]+[-/.]([0-9]+)', 1) as integer) <= 12
      and try_cast(regexp_extract(day, '^([0-9]+)', 1) as integer)
        <> try_cast(regexp_extract(day, '^[0-9]+[-/.]([0-9]+)', 1) as integer)
    )
  );
create macro read_day(day) as
  case
    when regexp_matches(day, '(^|[^0-9])0000') then null
    when regexp_full_match(day, '[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{8}')
      then try_strptime(day, ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y%m%d'])
    when unsure_order(day) then null
    when two_numbers_first(day)
      then try_strptime(regexp_replace(day, '[-.]', '/', 'g'), ['%d/%m/%Y', '%m/%d/%Y'])
    when regexp_full_match(day, '.*[0-9]{4}')
      then try_strptime(regexp_replace(day, '[-,. ]+', ' ', 'g'), ['%d %b %Y', '%d %B %Y', '%b %d %Y', '%B %d %Y'])
  end;
-- `format` is a literal: what the user named with --date-format, or %Y-%m-%d.
-- %Y takes fewer than four digits, and 24-01-02 for a day of the year 24.
create macro read_format(cell, format) as
  case
    when regexp_matches(cell, '(^|[^0-9])0000') then null
    when not contains(format, '%Y') or regexp_matches(cell, '(^|[^0-9])[0-9]{4}([^0-9]|$)')
      then try_strptime(cell, format)
  end;
create macro read_other_date(cell) as
  list_transform([date_part_of(cell)], lambda day: read_day(day))[1];
create macro read_date(cell, format) as
  cast(coalesce(read_format(cell, format), read_other_date(cell)) as date);
create macro date_fault(cell, format) as
  case
    when cell is null or read_date(cell, format) is not null then null
    when list_transform([date_part_of(cell)], lambda day: unsure_order(day))[1] then 'ambiguous_date'
    else 'invalid_date'
  end;

-- What a spreadsheet shows where a formula has no value; exports hold it as text.
create macro text_fault(cell) as
  case
    when regexp_full_match(cell, '#(REF!|N/A|VALUE!|NAME\?|NUM!|DIV/0!|NULL!)|Err:[0-9]{3}') then 'formula_error'
  end;
create macro date_doubt(day) as case when day is null then 'empty_value' end;
create macro text_doubt(cell) as
  case when cell is null then 'empty_value' when contains(cell, chr(65533)) then 'lost_character' end;
create macro email_doubt(cell) as
  case
    when text_doubt(cell) is not null then text_doubt(cell)
    when not regexp_full_match(cell, '[^@\s]+@[^@\s]+') then 'doubtful_email'
  end;
create macro is_bracketed(cell) as
  length(replace(cell, '(', '')) = length(replace(cell, ')', ''));
create macro is_formula(cell) as
  regexp_full_match(cell, '([0-9]*\(*(A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]?|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?|L[airuv]|M[cdgnot]|N[abdehiop]?|O[gs]?|P[abdmortu]?|R[abefghnu]|S[bcegimnr]?|T[abcehilms]|U|V|W|Xe|Yb?|Z[nr])[0-9]*(\)[0-9]*)*([.·*][0-9]*)?)+([+-][0-9]*)?')
  and is_bracketed(cell);
create macro is_smiles(cell) as
  regexp_full_match(cell, '(\[[^\[\]\s]+\]|Br|Cl|[BCNOPSFIbcnops*]|[-=#$:/\\.~()]|%[0-9]{2}|[0-9])+')
  and regexp_matches(cell, '[A-Za-z*]')
  and is_bracketed(cell);
create macro structure_doubt(cell) as
  case
    when text_doubt(cell) is not null then text_doubt(cell)
    when not (is_formula(cell) or is_smiles(cell)) then 'unreadable_structure'
  end;

-- Sums in a fixed order: the same values give the same bits, whichever way they came.
create macro sorted_sum(x) as list_sum(list_sort(list(x)));
create macro sorted_median(x) as list_median(list_sort(list(x)));

-- What a declared feature may give is stored as far as PostgreSQL and JSON can hold it: no whole number
-- beyond 2^53-1, no number that is none, no text with a NUL.
create macro whole(number) as
  list_filter(
    [try_cast(number as bigint)], lambda n: n between -9007199254740991 and 9007199254740991
  )[1];
create macro finite(number) as
  list_filter([try_cast(number as double)], lambda n: isfinite(n))[1];
create macro storable(text) as replace(text, chr(0), '');

-- The first places of a list, and how many more there are.
create macro name_places(places, named) as
  array_to_string(places[:named], ', ')
  || case when len(places) > named then format(' and {} more', len(places) - named) else '' end;

-- Lists as PostgreSQL reads them in CSV.
create macro write_ids(ids) as '{' || array_to_string(ids, ',') || '}';
create macro write_text(text) as
  coalesce('"' || replace(replace(text, '\', '\\'), '"', '\"') || '"', 'NULL');
create macro write_texts(texts) as
  '{' || array_to_string(list_transform(texts, lambda text: write_text(text)), ',') || '}';

-- A sentence of the catalogue with its places filled in; long values are cut.
create macro say(sentence, finding) as
  replace(
    replace(
      replace(sentence, '{column}', coalesce(finding.column_name, '')),
      '{detail}', coalesce(finding.detail, '')
    ),
    '{value}', left(coalesce(finding.value, ''), 80) || case when length(finding.value) > 80 then '…' else '' end
  );
