import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseMetadataMatch, parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import { durationMs } from './job-filter-words.ts';

/** Checks a duration that jobs are compared with. */
export const durationFilter = z.union([
  z.int().min(0).max(readLimits.durationComparedMs),
  z
    .string()
    .refine(
      (text) => durationMs(text) !== null,
      'must be milliseconds, or text like "500ms", "5s", "10m", "2h", "1d", up to a year',
    ),
]);

/** Checks a path into metadata. */
export const metadataPathInput = storableText(readLimits.metadataPathLength).refine(
  (text) => parseMetadataPath(text) !== null,
  'must be a path into the metadata such as customer.id, of up to 8 keys; a dot within a key is written \\.',
);

/** Checks a path into metadata with a value. */
export const metadataFilter = storableText(readLimits.metadataMatchLength).refine(
  (text) => parseMetadataMatch(text) !== null,
  'must be a path into the metadata and a value, such as customer.id=42; a dot within a key is written \\.',
);
