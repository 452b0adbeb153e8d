import type { Forwarded, Webhook } from './listen-forward.ts';

/** Formats an event as one line: time, type, job, status of the handler's response, duration. */
export function eventLine(at: Date, webhook: Webhook, forwarded: Forwarded, note = ''): string {
  const { type, subject } = describe(webhook.body);
  const { status, ms, problem } = forwarded;
  const said = [problem ?? meaning(status), note].filter(Boolean).join('; ');
  const answer = problem === null && (status < 200 || status > 299) ? message(forwarded.body) : '';
  const tail = [said && `(${said})`, answer].filter(Boolean).map((text) => `  ${text}`);
  return `${clock(at)}  ${type.padEnd(18)}  ${subject.padEnd(30)}  ${status}  ${ms} ms${tail.join('')}`;
}

/** An event that was forwarded, as `--json` prints it: one object a line. `problem` means that no response came. */
export type EventRecord = Readonly<{
  at: string;
  type: string;
  /** The id of the job or delivery, or the name of the endpoint, that the event is about. */
  subject: string;
  status: number;
  ms: number;
  problem: string | null;
  note: string;
}>;

/** Returns the record of an event that was forwarded. */
export function eventRecord(at: Date, webhook: Webhook, { status, ms, problem }: Forwarded, note = ''): EventRecord {
  return { at: at.toISOString(), ...describe(webhook.body), status, ms, problem, note };
}

/**
 * Returns the reason that a handler gave for its refusal: `code` and `message` of its JSON, else the first line of its
 * text.
 */
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

/** Explains a status that is easy to misread. Only 2xx is success. */
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

/** Makes a value safe to print: some characters would control the terminal. */
export function printable(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '?').slice(0, 64) : '–';
}
