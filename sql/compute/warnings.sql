select
  file_id,
  line,
  finding.column_name,
  finding.value,
  finding.code,
  say(sentence, finding) as message
from warnings
join sentences on sentences.code = finding.code
order by file_id, line
