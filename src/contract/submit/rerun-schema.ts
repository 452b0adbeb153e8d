import { z } from 'zod';
import type { RerunEdits } from './rerun-input.ts';
import { duration } from './retry-schema.ts';
import { callbackSchema, redactedStringSchema, submitSchema } from './submit-schema.ts';

const { shape } = submitSchema;

/** The shape of edits, for documentation. Their values are checked together with the job that they are applied to. */
export const rerunEditsSchema = submitSchema
  .partial()
  .extend({
    url: shape.url,
    headers: z
      .record(z.string(), z.union([z.string(), redactedStringSchema, z.null()]))
      .optional()
      .describe('Those given replace the ones of their names; null removes one.'),
    body: shape.body.unwrap().nullish().describe('Null: without a body.'),
    callback: z.union([z.string(), callbackSchema]).nullish().describe('Null: without a callback.'),
    deadlineSeconds: duration.nullish().describe('Null: without a deadline.'),
  })
  .meta({
    description: 'What a job that is run again has otherwise. What is not given stays as it was.',
  }) satisfies z.ZodType<RerunEdits>;
