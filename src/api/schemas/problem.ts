import { Type } from 'typebox';
import { errorCatalogue } from '../../errors.ts';

/** What every error looks like (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:elute:problem: and the code' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what is wrong, where, and what to do' }),
    instance: Type.String({ description: 'the path that was asked for' }),
    code: Type.Unsafe<string>({ type: 'string', enum: Object.keys(errorCatalogue) }),
    requestId: Type.String({ format: 'uuid', description: 'as the log of the server has it' }),
    retryable: Type.Boolean({ description: 'whether the same request may succeed later' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.String({ description: 'the part of the request, and the place in it' }),
          message: Type.String(),
          code: Type.Optional(Type.String()),
        }),
        { description: 'the faults one by one' },
      ),
    ),
  },
  { description: 'A problem document' },
);
