import { z } from 'zod';
import type { BodyView } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';

/** What the built-in callback inbox has received: of the project that signed it, or of nobody. */
export type InboxMessage = BodyView & {
  id: string;
  receivedAt: string;
  /** The `webhook-id` header. */
  webhookId: string | null;
  /** True when a live secret of the project signed it. */
  verified: boolean;
  /** Why the signature did not verify, as a clause; null when it did. */
  reason: string | null;
  /** Masked. Of what nobody signed only those that say how it came, except in development. */
  headers: Record<string, string>;
  contentType: string | null;
  /** Bytes received and kept. */
  size: number;
  /** True when `body` holds only the beginning. */
  truncated: boolean;
  /** True when there was a body and it was not kept, since nobody signed it. */
  omitted: boolean;
};

/** Newest first; pass `nextCursor` on to get the next page. */
export type InboxPage = { messages: InboxMessage[]; nextCursor: string | null };

/** What `inbox.list` takes. */
export type InboxListInput = {
  name: string;
  /** 1 – 100, default 20. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
};

/** Names of inboxes. */
export const inboxName = /^[a-z0-9-]{1,40}$/;

const nameRule = 'The name of an inbox is 1 to 40 characters of a – z, 0 – 9 and -.';

/** Refuses what is no name of an inbox. */
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
