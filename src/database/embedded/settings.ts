/**
 * Given at each start, as the machine may be another one by then. An index is built while the engine computes:
 * on two cores, workers that help would only take the second one from it.
 */
export function makeStartSettings(cores: number): string[] {
  const workers = Math.max(0, Math.min(2, Math.floor(cores / 2) - 1));
  return ['-c', `max_parallel_maintenance_workers=${workers}`];
}

/** Appended to postgresql.conf when a cluster is created; the later line wins there. */
export const serverSettings = `
# --- Elute: one machine, bulk loads, a good guest ---

# The socket is the only way in, and only its owner may use it.
listen_addresses = ''
unix_socket_permissions = 0700

# Shows in ps whose processes these are.
cluster_name = 'elute'

# Enough to keep the upper pages of the indexes; the system's cache does the rest.
shared_buffers = 256MB

# Primary keys of ten million rows are sorted in fewer passes. Twice at most, with autovacuum.
maintenance_work_mem = 256MB

# A parallel hash join takes six times this from /dev/shm, of which Docker gives 64 MB.
work_mem = 8MB

# A load of ten million rows must not force a checkpoint every few seconds; costs disk meanwhile.
max_wal_size = 4GB
checkpoint_timeout = 15min

# Nobody replicates from here, and minimal lets COPY into a new table skip the log.
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0

# Compiling costs more than it gains on statements of this size.
jit = off

# A killed load must not go on working, and holding its locks, without a client.
client_connection_check_interval = 1s

# Start, stop, crash: not the statements that failed, which may quote a lab's data.
log_min_messages = log
log_checkpoints = off
`;
