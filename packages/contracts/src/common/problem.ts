import { type Static, Type } from 'typebox';
import { errorCodes } from './errors.ts';
import { faultCodes } from './faults.ts';

/** RFC 9457 problem details. */
export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['urn:consulta:problem:bad_request'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what to change' }),
    code: Type.Enum(errorCodes, { title: 'ErrorCode' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'RFC 6901', examples: ['/email'] }),
          code: Type.Enum(faultCodes, { title: 'FaultCode' }),
          message: Type.String(),
        }),
        { description: 'each fault of a bad request' },
      ),
    ),
  },
  { title: 'Problem', additionalProperties: true },
);
export type Problem = Static<typeof Problem>;
