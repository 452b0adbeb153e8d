import { createHash } from 'node:crypto';
import { webhookIdHeader } from '#src/domain/text/signature.ts';
import { bodyView, headerValue } from '#src/engine/show/body-text.ts';
import type { InboxMessage } from '#src/store/dashboard/inbox-rows.ts';

const refreshSeconds = 2;

const style = `
:root { color-scheme: light dark; --ground: #fbfbfc; --card: #fff; --text: #1b1d22; --faint: #5c6270; --line: #e3e5ea;
  --good: #11693a; --good-ground: #e5f5ec; --bad: #9b1c1c; --bad-ground: #fdeaea; --code: #f5f6f8; --link: #2450b8 }
@media (prefers-color-scheme: dark) { :root { --ground: #111317; --card: #191c22; --text: #e8eaee; --faint: #a0a7b4;
  --line: #2b303a; --good: #7fd9a4; --good-ground: #12301f; --bad: #f5a3a3; --bad-ground: #3a1a1c; --code: #12151a; --link: #9dbcff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif }
main { max-width: 860px; margin: 0 auto; padding: 40px 20px 80px }
h1 { font-size: 24px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em; overflow-wrap: anywhere }
p { margin: 0 0 8px; color: var(--faint) }
a { color: var(--link) }
code, pre, dl { font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
ol { list-style: none; margin: 28px 0 0; padding: 0; display: grid; gap: 20px }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden }
header { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: baseline; padding: 14px 18px; border-bottom: 1px solid var(--line) }
h2 { font-size: 15px; margin: 0; font-weight: 600 }
time { color: var(--faint); font-variant-numeric: tabular-nums }
.mark { border-radius: 6px; padding: 1px 8px; font-size: 13px; font-weight: 600 }
.good { color: var(--good); background: var(--good-ground) }
.bad { color: var(--bad); background: var(--bad-ground) }
.reason { padding: 10px 18px 0; margin: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 16px; margin: 0; padding: 12px 18px }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
pre { margin: 0; padding: 14px 18px; background: var(--code); border-top: 1px solid var(--line);
  white-space: pre-wrap; overflow-wrap: anywhere }
.empty { margin-top: 28px; padding: 28px 20px; border: 1px dashed var(--line); border-radius: 10px; text-align: center }
@media (max-width: 560px) { dl { grid-template-columns: 1fr } dd { margin-bottom: 6px } }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * Headers of the inbox page. They allow no scripts, and only our own style, so the content of a callback is always
 * shown as text.
 */
export const pageHeaders: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export type InboxPage = { name: string; url: string; messages: InboxMessage[]; nowMs: number; refresh: boolean };

export function inboxPage({ name, url, messages, nowMs, refresh }: InboxPage): string {
  const link = refresh
    ? '<a href="?refresh=off">Stop that to read in peace</a>'
    : '<a href="?">Refresh by itself again</a>';
  const state = refresh ? `Refreshes every ${refreshSeconds} seconds.` : 'Stands still.';
  const list = messages.map((message) => `<li>${article(message, nowMs)}</li>`).join('\n');
  const content = messages.length === 0 ? '<p class="empty">Nothing has arrived yet.</p>' : `<ol>\n${list}\n</ol>`;
  return page(
    `Inbox ${name}`,
    `<h1>Inbox ${escapeHtml(name)}</h1>
<p>Use <code>${escapeHtml(url)}</code> as a job&#39;s callback, and what it sends shows here, newest first, for a day.</p>
<p>${state} ${link}.</p>
${content}`,
    refresh ? `<meta http-equiv="refresh" content="${refreshSeconds}">\n` : '',
  );
}

export function signInPage(name: string): string {
  return page(
    `Inbox ${name}`,
    `<h1>Inbox ${escapeHtml(name)}</h1>
<p>Callbacks may hold results, so looking at them needs a sign-in. <a href="/">Sign in to the dashboard</a>, then come back here.</p>`,
    '',
  );
}

function page(title: string, content: string, head: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Ringback</title>
${head}<style>${style}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

function article(message: InboxMessage, nowMs: number): string {
  const { receivedAt, verified, reason, headers } = message;
  const at = receivedAt.toISOString();
  const mark = verified ? 'good">signature verified' : 'bad">signature not verified';
  const fields = headers.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n');
  return `<article>
<header>
<h2><code>${escapeHtml(headerValue(headers, webhookIdHeader) ?? 'no webhook-id')}</code></h2>
<span class="mark ${mark}</span>
<time datetime="${at}">${at.slice(11, 19)} UTC, ${age(nowMs - receivedAt.getTime())}</time>
</header>
${reason === null ? '' : `<p class="reason">Why: ${escapeHtml(reason)}.</p>\n`}<dl>
${fields}
</dl>
<pre>${escapeHtml(bodyText(message))}</pre>
</article>`;
}

function bodyText({ body, size, headers }: InboxMessage): string {
  const sent = Number(headerValue(headers, 'content-length') ?? 0);
  if (size === 0) return sent > 0 ? `${sent} bytes, not kept because nobody signed them` : 'no body';
  if (body.length < size) return `${body.toString('utf8')}\n… and ${size - body.length} bytes more`;
  try {
    return JSON.stringify(JSON.parse(body.toString('utf8')), null, 2);
  } catch {
    const { body: text, encoding } = bodyView(body, headerValue(headers, 'content-type'));
    return encoding === 'base64' ? `base64: ${text}` : (text ?? '');
  }
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
