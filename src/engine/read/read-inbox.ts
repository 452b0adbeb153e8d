import type { InboxListInput, InboxMessage, InboxPage } from '#src/contract/live/inbox.ts';
import { readLimits } from '#src/domain/limits.ts';
import { webhookIdHeader } from '#src/domain/text/signature.ts';
import type { Reads } from '#src/engine/deps.ts';
import { bodyStart, headerValue } from '#src/engine/show/body-text.ts';
import { cutPage } from '#src/engine/show/page-cut.ts';
import { clearInbox, listInboxMessages, type InboxMessage as Row } from '#src/store/dashboard/inbox-rows.ts';

/** Bytes of a body that are shown, so that a page of long bodies stays small. The inbox's JSON has the whole body. */
const shownBodyBytes = 64 * 1024;

/**
 * Returns the messages of an inbox that a project may see: those signed by its own secrets, and those without a valid
 * signature.
 */
export async function inboxPage(
  { db }: Reads,
  projectId: string,
  { name, limit = readLimits.pageSize.default, cursor }: InboxListInput,
): Promise<InboxPage> {
  const query = { projectId, limit: limit + 1, bodyBytes: shownBodyBytes, before: cursor ?? null };
  const rows = await listInboxMessages(db, name, query);
  const { page, last } = cutPage(rows, limit);
  return { messages: page.map(view), nextCursor: last?.id ?? null };
}

/** Deletes the messages of an inbox that a project may see. Returns their number. */
export async function emptyInbox({ db }: Reads, projectId: string, name: string): Promise<{ deleted: number }> {
  return { deleted: await clearInbox(db, name, projectId) };
}

function view({ id, receivedAt, verified, reason, headers, body, size }: Row): InboxMessage {
  const contentType = headerValue(headers, 'content-type');
  const { bodyCut, ...shown } = bodyStart(body, contentType, size);
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    webhookId: headerValue(headers, webhookIdHeader) || null,
    verified,
    reason,
    headers: Object.fromEntries(headers),
    contentType,
    ...shown,
    truncated: bodyCut,
    omitted: size === 0 && Number(headerValue(headers, 'content-length') ?? 0) > 0,
  };
}
