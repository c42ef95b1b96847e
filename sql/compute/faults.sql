-- Each finding of the rejected rows by itself.
select
  finding.column_name as "column",
  finding.code,
  say(sentence, finding) as message
from (
  select file_id, line, unnest(findings) as finding, generate_subscripts(findings, 1) as position
  from rejects
)
join sentences on sentences.code = finding.code
order by file_id, line, position
