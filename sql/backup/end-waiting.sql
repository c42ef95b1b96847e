-- What waited or ran when a backup was taken: its queue, its process and its uploads are not in the backup.
update elute.loads
set state = 'interrupted', error_code = 'interrupted', finished_at = clock_timestamp(),
  error_message = 'It had not ended when the backup was taken that this database was restored from. Load the files again.'
where state in ('queued', 'running');

update elute.loads
set undo_error = json_build_object('code', 'interrupted', 'message',
  'It had not been undone when the backup was taken that this database was restored from. Undo it again.')
where state = 'loaded' and undo_requested_at is not null and undo_error is null;
