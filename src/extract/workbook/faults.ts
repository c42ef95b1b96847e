import type { ErrorCode } from '../../errors.ts';

/** What is wrong with a workbook, as the rest of a sentence that begins with its path. */
export class WorkbookFault extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WorkbookFault';
    this.code = code;
  }
}

export function makeDamaged(reason: string, cause?: unknown): WorkbookFault {
  const message = `is damaged: ${shorten(reason)}. Save the workbook again from its program, or export it again.`;
  return new WorkbookFault('file_damaged', message, { cause });
}

/** A reason may quote what stands in the file, of whatever length. */
const maxReason = 300;

function shorten(reason: string): string {
  return reason.slice(0, maxReason).replace(/\p{Cc}+/gu, ' ');
}

export function makeEncrypted(): WorkbookFault {
  return new WorkbookFault('file_encrypted', 'is encrypted. Save it without a password.');
}

export function makeUnsupported(reason: string): WorkbookFault {
  return new WorkbookFault('format_unsupported', `${shorten(reason)}. Save the workbook as .xlsx.`);
}

/** `advice` names the setting. */
export function makeTooLarge(reason: string, advice: string): WorkbookFault {
  return new WorkbookFault('file_too_large', `${reason}. ${advice}.`);
}
