import type { InboxListInput, InboxMessage, InboxPage } from '#src/contract/live/inbox.ts';
import { readLimits } from '#src/domain/limits.ts';
import { webhookIdHeader } from '#src/domain/text/signature.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { bodyView, headerValue } from '#src/engine/show/body-text.ts';
import { clearInbox, listInboxMessages, type InboxMessage as Row } from '#src/store/dashboard/inbox-rows.ts';

/** A page of long bodies must not become a burden: the rest of a body is in the inbox's JSON. */
const shownBodyBytes = 64 * 1024;

/** What a project sees of an inbox: what it has signed itself, and what nobody has. */
export async function inboxPage(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  { name, limit = readLimits.pageSize.default, cursor }: InboxListInput,
): Promise<InboxPage> {
  const query = { projectId, limit: limit + 1, bodyBytes: shownBodyBytes, before: cursor ?? null };
  const rows = await listInboxMessages(db, name, query);
  const shown = rows.slice(0, limit);
  return { messages: shown.map(view), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export async function emptyInbox(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  name: string,
): Promise<{ deleted: number }> {
  return { deleted: await clearInbox(db, name, projectId) };
}

function view({ id, receivedAt, verified, reason, headers, body, size }: Row): InboxMessage {
  const contentType = headerValue(headers, 'content-type');
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    webhookId: headerValue(headers, webhookIdHeader) || null,
    verified,
    reason,
    headers: Object.fromEntries(headers),
    contentType,
    ...bodyView(wholeCharacters(body, size), contentType),
    size,
    truncated: body.length < size,
    omitted: size === 0 && Number(headerValue(headers, 'content-length') ?? 0) > 0,
  };
}

/** A text that was cut within a character would be shown as bytes. */
function wholeCharacters(body: Buffer, size: number): Buffer {
  if (body.length === size) return body;
  let end = body.length;
  while (end > body.length - 4 && ((body[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return ((body[end - 1] ?? 0) & 0x80) === 0 ? body.subarray(0, end) : body.subarray(0, end - 1);
}
