import { z } from 'zod';
import { findBadText } from '#src/domain/text/text-check.ts';

/**
 * Returns the schema of a text of at most `max` characters that PostgreSQL can store or compare: without U+0000 and
 * lone surrogates.
 */
export function storableText(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => findBadText(text) === null, 'must not hold U+0000 or a lone surrogate');
}
