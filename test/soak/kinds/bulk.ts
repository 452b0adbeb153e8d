import { setTimeout as pause } from 'node:timers/promises';
import { parseId } from '#src/domain/text/id.ts';
import type { Findings } from '#test/soak/findings.ts';
import type { BulkNote, Ledger } from '#test/soak/ledger.ts';
import { restCall, untilAnswered } from '#test/soak/rest-call.ts';
import type { AskedStack } from '#test/soak/soak-stack.ts';
import { type LoadScene, type Play, request, submitBatch } from '#test/soak/submitting.ts';

/** Cancels some jobs that wait, in the background and slowly, so that a part of them may begin before. */
export async function playCancelMany(play: Play): Promise<void> {
  const asked = Array.from({ length: 12 }, (_, index) => ({
    ...request({ ...play, tag: `${play.tag}-${index}` }, 'plain'),
    delaySeconds: index < 6 ? 2 : 8,
  }));
  const ids = (await submitBatch(play, asked)).flatMap((entry) => [...entry.ids]);
  await pause(play.scene.chance() * 1_500);
  if (ids.length > 0)
    await start(play.scene, 'cancel_jobs', '/v1/jobs/cancel-many', { jobs: { ids }, perSecond: 6 }, ids.length);
}

type Listed = { deliveries: { id: string }[] };

/** Sends some deliveries again that have arrived. */
export async function playResendMany({ scene }: Play): Promise<void> {
  const page = await untilAnswered(() => restCall(scene, '/v1/deliveries?state=delivered&limit=8'), 4);
  const ids = ((await page.json()) as Listed).deliveries.map(({ id }) => id);
  if (ids.length === 0) return;
  const input = { deliveries: { ids }, perSecond: 4 };
  await start(scene, 'resend_deliveries', '/v1/deliveries/resend-many', input, ids.length);
}

async function start(scene: LoadScene, kind: BulkNote['kind'], path: string, json: object, picked: number) {
  const response = await restCall(scene, path, { method: 'POST', json });
  const { id } = (await response.json()) as { id: string };
  scene.ledger.bulk.push({ id, kind, picked });
}

type OperationRow = { id: string; state: string; done: number; failed: number; items: number; astray: number };

const operationsSql = `select id, state, done, failed,
    (select count(*)::int from operation_item i where i.operation_id = o.id) as items,
    case when kind = 'cancel_jobs' then (
      select count(*)::int from operation_item i left join job j on j.id = i.item_id
      where i.operation_id = o.id and j.state is distinct from 'cancelled') else 0 end as astray
  from operation o`;

/** Checks that every operation has come to its end, and that what it says it has done is what was done. */
export async function checkBulk({ stack, ledger }: { stack: AskedStack; ledger: Ledger }): Promise<Findings> {
  const rows = await stack.query<OperationRow>(operationsSql);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const noted = ledger.bulk.map((one) => ({ ...one, row: byId.get(parseId('op', one.id) ?? '') }));
  const isWrong = (row: OperationRow, picked: number) =>
    row.done + row.failed !== picked || row.items !== row.done || row.astray > 0;
  return {
    'operations lost or stuck': [
      ...noted.filter(({ row }) => row === undefined).map(({ id }) => id),
      ...rows.filter(({ state }) => state !== 'completed').map(({ id, state }) => `${id} ${state}`),
    ],
    'operations with wrong counts': noted.flatMap(({ id, kind, picked, row }) =>
      row?.state === 'completed' && isWrong(row, picked)
        ? [
            `${id} ${kind} of ${picked}: ${row.done} done, ${row.failed} failed, ${row.items} kept, ${row.astray} astray`,
          ]
        : [],
    ),
  };
}
