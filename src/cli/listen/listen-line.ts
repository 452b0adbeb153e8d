import type { Forwarded, Webhook } from './listen-forward.ts';

/** One event in one line: when, what, of which job, what the handler answered, how long it took. */
export function eventLine(at: Date, webhook: Webhook, forwarded: Forwarded, note = ''): string {
  const { type, subject } = describe(webhook.body);
  const { status, ms, problem } = forwarded;
  const said = [problem ?? meaning(status), note].filter(Boolean).join('; ');
  const answer = problem === null && (status < 200 || status > 299) ? message(forwarded.body) : '';
  const tail = [said && `(${said})`, answer].filter(Boolean).map((text) => `  ${text}`);
  return `${clock(at)}  ${type.padEnd(18)}  ${subject.padEnd(30)}  ${status}  ${ms} ms${tail.join('')}`;
}

/** What a handler says of its refusal: the message of its JSON, else its first line. */
function message(body: Buffer): string {
  const text = body.toString('utf8');
  const { code, message: told } = (parse(body) ?? {}) as { code?: unknown; message?: unknown };
  const words = typeof told === 'string' ? [code, told].filter((one) => typeof one === 'string').join(': ') : text;
  const line = words.split(/[\r\n]/).find((one) => one.trim() !== '') ?? '';
  const plain = line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '').trim();
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}

export function clock(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}

/** What is not obvious: only 2xx is success. */
function meaning(status: number): string {
  if (status === 410) return 'switches an endpoint off';
  if (status >= 300 && status <= 399) return 'redirects are not followed';
  return '';
}

type Told = { type?: unknown; data?: { id?: unknown; delivery?: { id?: unknown }; endpoint?: { name?: unknown } } };

function describe(body: Buffer): { type: string; subject: string } {
  const told = parse(body);
  const subject = told?.data?.id ?? told?.data?.delivery?.id ?? told?.data?.endpoint?.name;
  return { type: printable(told?.type), subject: printable(subject) };
}

function parse(body: Buffer): Told | null {
  try {
    return JSON.parse(body.toString('utf8')) as Told | null;
  } catch {
    return null;
  }
}

/** It goes to a terminal, which obeys some characters. */
export function printable(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '?').slice(0, 64) : '–';
}
