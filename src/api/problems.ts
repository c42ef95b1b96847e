import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { explainRefusal } from '../database/faults.ts';
import { EluteError, type ErrorCode, errorCatalogue } from '../errors.ts';
import { collectMethods } from './allowed-methods.ts';

/** One fault in a request: where, as a JSON pointer or a name, and what. */
export interface Fault {
  readonly in: string;
  readonly message: string;
  readonly code?: string;
}

/** An error that names the faults of a request one by one. */
export class RequestError extends EluteError {
  readonly faults: readonly Fault[];

  constructor(code: ErrorCode, message: string, faults: readonly Fault[]) {
    super(code, message);
    this.faults = faults;
  }
}

/** Makes every error of an application one problem document (RFC 9457). */
export function addProblemHandlers(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = explain(error);
    if (known.code === 'internal') request.log.error({ err: error }, 'internal error');
    const reason = explainRefusal(error);
    if (reason !== undefined) request.log.warn(reason);
    return sendProblem(request, reply, known);
  });
  const findMethods = collectMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = findMethods(path);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return sendProblem(request, reply, explainMissing(request.method, path, methods));
  });
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: EluteError,
): FastifyReply {
  const { status, retryable } = errorCatalogue[error.code];
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', '5');
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:elute:problem:${error.code}`,
        title: error.code.replaceAll('_', ' '),
        status,
        detail: error.message,
        instance: request.url.split('?')[0],
        code: error.code,
        requestId: request.id,
        retryable,
        ...(error instanceof RequestError && { errors: error.faults }),
      }),
    );
}

function explainMissing(method: string, path: string, methods: readonly string[]): EluteError {
  return methods.length === 0
    ? new EluteError('not_found', `There is no ${path}.`)
    : new EluteError('method_not_allowed', `There is no ${method} ${path}: ${methods.join(', ')}.`);
}

/** An unknown error is internal, and its text goes to the log alone. */
function explain(error: FastifyError): EluteError {
  if (error instanceof EluteError) return error;
  if (error.validation)
    return new RequestError(
      'invalid_request',
      'The request is not as the API describes it; see "errors".',
      error.validation.map(({ instancePath, message = 'is wrong', params }) => ({
        in: `${error.validationContext ?? 'body'}${instancePath}`,
        message: `${message}${showParams(params)}`,
      })),
    );
  const code = codeOf(error);
  if (code) return new EluteError(code, error.message);
  return new EluteError(
    'internal',
    'An internal error, a fault of Elute itself; the log of the server has more under the request id.',
    { cause: error },
  );
}

function codeOf({ code, statusCode }: FastifyError): ErrorCode | undefined {
  if (statusCode === 413) return 'request_too_large';
  if (statusCode === 415 || statusCode === 406) return 'media_type_unsupported';
  if (statusCode === 429) return 'rate_limited';
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return 'invalid_request';
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? 'media_type_unsupported' : undefined;
}

/** What a schema allows, where that says more than the message. */
function showParams(params: Readonly<Record<string, unknown>>): string {
  const { allowedValues, additionalProperty } = params;
  if (Array.isArray(allowedValues)) return `: ${allowedValues.join(', ')}`;
  return typeof additionalProperty === 'string' ? `: ${additionalProperty}` : '';
}
