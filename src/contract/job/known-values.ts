import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { readLimits } from '#src/domain/limits.ts';
import { metadataPathInput } from './job-filter-parts-input.ts';

/** What values are known of: fields of a filter of jobs or deliveries, paths into the metadata, or the values at a path. */
export const knownOf = [
  'host',
  'label',
  'status',
  'method',
  'flow',
  'upstream',
  'endpoint',
  'model',
  'apiKey',
  'failure',
  'deliveryStatus',
  'deliveryFailure',
  'deliveryOrigin',
  'metadataPath',
  'metadataValue',
] as const;

/** See `knownOf`. */
export type KnownOf = (typeof knownOf)[number];

/** Input of `jobs.knownValues`. */
export type KnownValuesInput = {
  of: KnownOf;
  /** Part of the wanted values, whatever the case. */
  text?: string | undefined;
  /** Path whose values are wanted; only with `metadataValue`. */
  path?: string | undefined;
};

/** Answer of `jobs.knownValues`: values that jobs or deliveries of the project have, those of the newest first. Not all. */
export type KnownValues = { values: string[] };

/** Checks a `KnownValuesInput`. */
export const knownValuesInput = z.strictObject({
  of: z.enum(knownOf),
  text: storableText(readLimits.failureLength).optional(),
  path: metadataPathInput.optional(),
}) satisfies z.ZodType<KnownValuesInput, KnownValuesInput>;
