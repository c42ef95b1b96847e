import { EluteError } from '../../errors.ts';

/** The bytes stop before what they announce. */
export function makeTruncated(path: string, cause?: unknown): EluteError {
  const message = `${path} ends too early: its last part is missing. Copy it again.`;
  return new EluteError('file_damaged', message, { cause });
}

/** `reason` completes the sentence "… is damaged: …". */
export function makeDamaged(path: string, reason: string, cause?: unknown): EluteError {
  const message = `${path} is damaged: ${reason}. Copy it again, or pack it again.`;
  return new EluteError('file_damaged', message, { cause });
}

export function makeUnsupported(path: string, reason: string): EluteError {
  return new EluteError('format_unsupported', `${path} ${reason}`);
}
