-- The values of JSON records as cells: as a CSV file of the same table would have them.

-- The engine writes a double in the shortest form that gives it again, so that a whole one ends in .0:
-- pandas makes those of whole numbers in a column with gaps.
create or replace macro is_whole_double(text) as
  suffix(text, '.0') and length(text) <= 19 and abs(try_cast(text as double)) < 9007199254740992;

-- NaN is no JSON, yet what Python writes for a missing value.
create or replace macro json_scalar(value) as
  case
    when starts_with(cast(value as varchar), '"') then value ->> '$'
    when cast(value as varchar) in ('null', 'NaN') then null
    when is_whole_double(cast(value as varchar)) then cast(cast(cast(value as double) as bigint) as varchar)
    else cast(value as varchar)
  end;

-- What holds no array and no object becomes a list of cells; an empty element stays to be seen.
create or replace macro json_join(value) as
  case
    when regexp_full_match(cast(value as varchar), '\[[0-9]+(,[0-9]+)*\]')
      then replace(cast(value as varchar)[2:-2], ',', ';')
    when list_bool_or(list_transform(cast(value as json[]), lambda item: cast(item as varchar)[1] in ('[', '{')))
      then cast(value as varchar)
    else array_to_string(list_transform(cast(value as json[]), lambda item: coalesce(json_scalar(item), '')), ';')
  end;

create or replace macro json_text(value) as
  case when starts_with(cast(value as varchar), '[') then json_join(value) else json_scalar(value) end;

-- `path` is a JSON pointer, or one of the engine's own.
create or replace macro json_cell(record, path) as json_text(json_extract(record, path));

-- A key that is there twice has been found before, by the survey.
create or replace macro json_fault(record) as
  case when not starts_with(record, '{') or not json_valid(record) then 'invalid_json' end;
