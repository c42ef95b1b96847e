-- A row with several findings is one reject: the first gives column, value and code, all give the message.
select
  file_id,
  line,
  first(finding.column_name order by position) as column_name,
  first(finding.value order by position) as value,
  first(finding.code order by position) as code,
  string_agg(say(sentence, finding), '; ' order by position) as message,
  write_texts(first(record)) as record
from (
  select file_id, line, record, unnest(findings) as finding, generate_subscripts(findings, 1) as position
  from rejects
)
join sentences on sentences.code = finding.code
group by file_id, line
order by file_id, line
