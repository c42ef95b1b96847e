/** How the program ends for its caller; the numbers are part of the contract. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  rejects: 3,
  refused: 4,
  interrupted: 130,
} as const;

type Ending = keyof typeof exitCodes;

interface ErrorKind {
  /** Which exit code the command line ends with. */
  readonly ending: Ending;
  /** Whether the same call may succeed later without the user changing anything. */
  readonly retryable: boolean;
}

const usage: ErrorKind = { ending: 'usage', retryable: false };
const outage: ErrorKind = { ending: 'usage', retryable: true };
const refused: ErrorKind = { ending: 'refused', retryable: false };

/** Every error Elute reports on purpose. What is not listed here is `internal`. */
export const errorCatalogue = {
  invalid_usage: usage,
  invalid_configuration: usage,
  path_not_found: usage,
  path_unreadable: usage,
  no_input_files: usage,
  output_exists: usage,
  output_unwritable: usage,
  load_not_found: usage,
  user_not_found: usage,
  database_not_started: usage,
  database_unusable: usage,
  database_unreachable: outage,
  database_login_failed: usage,
  database_missing: usage,
  database_too_old: usage,
  database_permission: usage,
  schema_too_new: usage,
  connection_lost: outage,
  disk_full: outage,
  memory_exhausted: usage,
  empty_file: refused,
  unknown_header: refused,
  ambiguous_header: refused,
  duplicate_column: refused,
  unterminated_quote: refused,
  too_many_rejects: refused,
  features_only_conflict: refused,
  plan_outdated: refused,
  undo_refused: refused,
  file_changed: { ending: 'refused', retryable: true },
  file_unreadable: refused,
  file_damaged: refused,
  file_encrypted: refused,
  file_too_large: refused,
  format_unsupported: refused,
  interrupted: { ending: 'interrupted', retryable: true },
  internal: { ending: 'internal', retryable: false },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

/** A fault the user can act on: the message says what, where and what to do. */
export class EluteError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EluteError';
    this.code = code;
  }
}
