import type { Policy } from '#src/domain/policy/policy.ts';

/** A header as it is stored and shown: name, value (masked when secret). */
export type ShownHeader = [name: string, shown: string];

/** How a job is to be run: what was submitted, with every default filled in. Stored as JSON with the job. */
export type JobOptions = {
  /** Written out, or the name of a preset as it stands. */
  policy: Policy | string;
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  sendIdempotencyKey: boolean;
  resultTtlSeconds: number;
  /** null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  deadlineSeconds: number | null;
  redact: { query: string[]; body: string[]; response: string[] };
  /** The job was submitted with a body: when it is gone, running the job again needs another. */
  hadBody: boolean;
};

/** A job's callback as stored: header values masked, the real ones sealed beside it. */
export type StoredCallback = {
  /** Null when it names an endpoint. */
  url: string | null;
  endpoint: { id: string; name: string } | null;
  events: string[];
  headers: Record<string, string>;
  /** Null: as the endpoint has it. */
  payload: 'full' | 'thin' | null;
  scheduleSeconds: number[] | null;
  /** Absent: as the endpoint has it. */
  giveUpOn?: string[];
};
