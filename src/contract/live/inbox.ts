import { z } from 'zod';
import type { BodyView } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';

/**
 * A message that the built-in callback inbox has received. It belongs to the project whose secret signed it, or to no
 * project.
 */
export type InboxMessage = BodyView & {
  id: string;
  receivedAt: string;
  /** Value of the `webhook-id` header. */
  webhookId: string | null;
  /** True if a live secret of the project signed the message. */
  verified: boolean;
  /** Reason, as a clause, why the signature did not verify; null if it did. */
  reason: string | null;
  /**
   * Headers; secrets are masked. An unsigned message keeps only the headers about its transport and signature, except
   * in development.
   */
  headers: Record<string, string>;
  contentType: string | null;
  /** Number of bytes received and kept. */
  size: number;
  /** True if `body` holds only the beginning. */
  truncated: boolean;
  /** True if the message had a body that was not kept, because no secret signed the message. */
  omitted: boolean;
};

/** A page of messages, newest first; `nextCursor` asks for the next page. */
export type InboxPage = { messages: InboxMessage[]; nextCursor: string | null };

/** Input of `inbox.list`. */
export type InboxListInput = {
  name: string;
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
};

/** Pattern of an inbox name. */
export const inboxName = /^[a-z0-9-]{1,40}$/;

const nameRule = 'The name of an inbox is 1 to 40 characters of a – z, 0 – 9 and -.';

/** Throws a Refusal if the text is not a name of an inbox. */
export function checkInboxName(name: string): void {
  if (!inboxName.test(name)) throw new Refusal('invalid_input', nameRule, 'name');
}

/** Checks the input of `inbox.list`. */
export const inboxListInput = z.strictObject({
  name: z.string().regex(inboxName, nameRule),
  limit: z.int().min(1).max(readLimits.pageSize.max).optional(),
  cursor: z.uuid().optional(),
}) satisfies z.ZodType<InboxListInput, InboxListInput>;

/** Checks the input of `inbox.clear`. */
export const inboxClearInput = z.strictObject({ name: z.string().regex(inboxName, nameRule) });
