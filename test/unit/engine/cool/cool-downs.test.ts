import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeCoolDowns } from '#src/engine/cool/cool-downs.ts';
import { coolNameOf, coolOrigin } from '#src/engine/cool/cool-name.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';

const cipher = makeCipher([{ id: 'one', key: randomBytes(32) }]);
const project = '00000000-0000-7000-8000-000000000001';
const target = (headers: [string, string][], url = 'https://api.test/v1?key=abcdefgh1234&n=1') => ({
  url,
  headers,
  secretParameters: ['key'],
});

describe('the name of a cool-down', () => {
  const name = (...from: Parameters<typeof target>) => coolNameOf(project, target(...from), { cipher }).id;
  const token: [string, string] = ['authorization', 'Bearer sk-1234567890'];

  it('is the same for the same credentials and origin, whatever else is sent', () => {
    const others: [string, string][] = [
      ['content-type', 'text/plain'],
      ['idempotency-key', 'x'],
      ['x-signature', 'y'],
    ];
    expect(name([token])).toBe(name([...others, token], 'https://api.test/other?n=2&key=abcdefgh1234'));
  });

  it('is another one for other credentials, origins and projects', () => {
    const names = [
      name([token]),
      name([]),
      name([['authorization', 'Bearer sk-1234567891']]),
      name([['x-api-key', 'sk-1234567890']]),
      name([token], 'https://api.test/v1?key=other1234567'),
      name([token], 'https://api.test:8443/v1?key=abcdefgh1234'),
      coolNameOf(project.replace('1', '2'), target([token]), { cipher }).id,
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells the origin and no credentials', () => {
    const { key } = coolNameOf(project, target([token]), { cipher });
    expect(coolOrigin({ key })).toBe('https://api.test');
    expect(key).not.toMatch(/sk-1234567890|abcdefgh/);
  });
});

it('a worker that knows of no cool-down asks the database nothing, for claims and for good answers', async () => {
  const refuse = () => {
    throw new Error('the database was asked');
  };
  const db = { transaction: refuse, run: refuse, query: refuse } as unknown as Db;
  const log = { info: refuse, warn: refuse, error: refuse };
  const coolDowns = makeCoolDowns({ db, cipher, upstreams: { inside: refuse }, notify: refuse, now: Date.now, log });
  const jobs = [{ id: project, project_id: project, url: 'https://api.test/' }];
  expect(await coolDowns.find({ run: refuse, query: refuse } as unknown as Tx, jobs)).toEqual(new Map());
  const job = { ...jobs[0], options: { policy: 'default/2/once', redact: { query: [] } } } as unknown as ClaimedJob;
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 5 };
  const headers: [string, string][] = [
    ['x-ratelimit-remaining', '10'],
    ['x-ratelimit-reset', '30'],
  ];
  const rest = { body: new Uint8Array(), truncated: false, redirects: [], remoteAddress: null, timings };
  const outcome: Outcome = { kind: 'response', status: 200, headers, ...rest };
  coolDowns.note(job, { url: 'https://api.test/', headers: [] } as never, outcome);
  expect(coolDowns.any).toBe(false);
});
