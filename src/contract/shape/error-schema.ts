import { z } from 'zod';
import { type ErrorBody, type ErrorCode, errorCodes } from './error-code.ts';

/** All error codes of refusals. */
export const errorCodeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/** Why one job of a batch was refused. */
export const errorBodySchema = z
  .strictObject({
    code: errorCodeSchema,
    message: z.string(),
    field: z.string().exactOptional().describe('The path of the offending input.'),
  })
  .meta({ id: 'ErrorBody', description: 'Why something was refused.' }) satisfies z.ZodType<ErrorBody>;

/** The body of every refusal over REST: RFC 9457. */
export type Problem = {
  /** URL of the explanation of the code. */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  /** Path of the input field that is wrong, if one is. */
  field?: string;
  requestId: string;
};

/** Describes a `Problem`. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ format: 'uri', description: 'Leads to the explanation of the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong with this very call.'),
    code: errorCodeSchema.describe('Stable: codes never change their meaning.'),
    field: z.string().exactOptional().describe('The path of the offending input, where there is one.'),
    requestId: z.string().describe('Also in the header `x-request-id`, and in the log.'),
  })
  .meta({ id: 'Problem', description: 'A refusal, by RFC 9457.' }) satisfies z.ZodType<Problem>;
