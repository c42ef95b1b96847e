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
  /** Which HTTP status the API answers with. */
  readonly status: number;
  /** Whether the same call may succeed later without the user changing anything. */
  readonly retryable: boolean;
}

const usage: ErrorKind = { ending: 'usage', status: 400, retryable: false };
const missing: ErrorKind = { ending: 'usage', status: 404, retryable: false };
const misconfigured: ErrorKind = { ending: 'usage', status: 500, retryable: false };
const outage: ErrorKind = { ending: 'usage', status: 503, retryable: true };
const refused: ErrorKind = { ending: 'refused', status: 422, retryable: false };
const conflict: ErrorKind = { ending: 'refused', status: 409, retryable: false };
const request = (status: number, retryable = false): ErrorKind => ({
  ending: 'usage',
  status,
  retryable,
});

/** Every error Elute reports on purpose. What is not listed here is `internal`. */
export const errorCatalogue = {
  invalid_usage: usage,
  invalid_configuration: misconfigured,
  path_not_found: missing,
  path_unreadable: usage,
  no_input_files: usage,
  output_exists: usage,
  output_unwritable: usage,
  load_not_found: missing,
  user_not_found: missing,
  row_not_found: missing,
  token_not_found: missing,
  database_not_started: misconfigured,
  database_unusable: misconfigured,
  database_unreachable: outage,
  // A password may be on its way to a new one.
  database_login_failed: outage,
  database_missing: misconfigured,
  database_too_old: misconfigured,
  database_permission: misconfigured,
  schema_too_new: misconfigured,
  secret_unreadable: misconfigured,
  secret_store_unreachable: outage,
  connection_lost: outage,
  disk_full: outage,
  memory_exhausted: misconfigured,
  empty_file: refused,
  unknown_header: refused,
  ambiguous_header: refused,
  duplicate_column: refused,
  unterminated_quote: refused,
  too_many_rejects: refused,
  features_only_conflict: conflict,
  feature_uncomputable: refused,
  feature_in_use: conflict,
  plan_outdated: conflict,
  undo_refused: conflict,
  retry_refused: conflict,
  backup_damaged: refused,
  database_not_empty: conflict,
  file_changed: { ending: 'refused', status: 409, retryable: true },
  file_unreadable: refused,
  file_damaged: refused,
  file_encrypted: refused,
  file_too_large: refused,
  format_unsupported: refused,
  storage_unreachable: outage,
  storage_refused: misconfigured,
  worker_lost: outage,
  server_unreachable: outage,
  invalid_request: request(400),
  token_required: request(401),
  token_invalid: request(401),
  login_code_invalid: request(403),
  scope_missing: request(403),
  origin_refused: request(403),
  not_found: request(404),
  method_not_allowed: request(405),
  row_exists: conflict,
  row_referenced: conflict,
  row_changed: request(412),
  request_too_large: request(413),
  media_type_unsupported: request(415),
  row_rejected: refused,
  precondition_required: request(428),
  rate_limited: request(429, true),
  busy: outage,
  interrupted: { ending: 'interrupted', status: 503, retryable: true },
  internal: { ending: 'internal', status: 500, retryable: false },
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
