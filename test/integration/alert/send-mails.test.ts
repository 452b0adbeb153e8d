import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import type { Mail } from '#src/engine/alert/mailer.ts';
import { sendAlertMails } from '#src/engine/alert/send-mails.ts';
import { insertAlertMail } from '#src/store/alert/alert-mail-rows.ts';
import type { Db } from '#src/store/db/database.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());
beforeEach(() => ringback.db.pool.query('delete from alert_mail'));

const warnings: string[] = [];
const log = { info() {}, error() {}, warn: (_fields: object, message: string) => warnings.push(message) };
beforeEach(() => {
  warnings.length = 0;
});

async function store(count: number): Promise<void> {
  const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
  const mail = { projectId, recipients: ['ops@example.com'], subject: 's', text: 't' };
  for (let n = 0; n < count; n++)
    await ringback.db.transaction((tx) => insertAlertMail(tx, { ...mail, id: randomUUID() }));
}

const left = async () =>
  (await ringback.db.pool.query<{ id: string; attempts: number }>('select id, attempts from alert_mail')).rows;

/** The database, whose connection is cut before or after the first statements of this name are carried out. */
function cutting(name: string, cuts: ('before' | 'after')[]): Db {
  const { db } = ringback;
  const run: Db['run'] = async (statement, text, values) => {
    const cut = statement === name ? cuts.shift() : undefined;
    const lost = new Error('Connection terminated unexpectedly');
    if (cut === 'before') throw lost;
    const rows = await db.run(statement, text, values);
    if (cut === 'after') throw lost;
    return rows as never;
  };
  return { ...db, run };
}

it('an e-mail that was sent is not sent again because the connection broke before that was noted', async () => {
  await store(2);
  const sent: string[] = [];
  const mailer = { send: async ({ id }: Mail) => void sent.push(id) };
  const db = cutting('delete_alert_mail', ['before', 'before', 'after']);
  await sendAlertMails({ db, log }, mailer);
  expect(new Set(sent).size).toBe(2);
  expect(sent).toHaveLength(2);
  expect([await left(), warnings]).toEqual([[], []]);
});

it('a process that stops does not wait for a database that is away', async () => {
  await store(1);
  const mailer = { send: async () => undefined };
  const db = cutting('delete_alert_mail', Array(100).fill('before'));
  let isStopped = false;
  const sending = sendAlertMails({ db, log }, mailer, () => isStopped);
  isStopped = true;
  await expect(sending).rejects.toThrow('Connection terminated');
});

it('e-mails are taken one at a time, so that none outlives its lease behind others', async () => {
  await store(3);
  const taken: number[] = [];
  const mailer = {
    send: async ({ id }: Mail) => {
      const rows = await left();
      expect(rows.find((row) => row.id === id)?.attempts).toBe(1);
      taken.push(rows.filter(({ attempts }) => attempts > 0).length);
    },
  };
  expect(await sendAlertMails({ db: ringback.db, log }, mailer)).toBe(3);
  expect(taken).toEqual([1, 1, 1]);
  expect(await left()).toEqual([]);
});
