import type { Tx } from '#src/store/db/database.ts';

const parameterBytes = 8 * 1024 ** 2;

/** Stores the exact bytes for later attempts. Bytes that are already stored stay. */
export async function insertPayloads(tx: Tx, payloads: { id: string; body: Uint8Array }[]): Promise<void> {
  for (let from = 0, to = 0; from < payloads.length; from = to) {
    // All bytes of a parameter are in memory several times while it is sent, so its size is limited.
    for (let bytes = 0; to < payloads.length && bytes < parameterBytes; to++) bytes += payloads[to]?.body.length ?? 0;
    const part = payloads.slice(from, to);
    await tx.send(
      'insert_payloads',
      `insert into delivery_payload (delivery_id, body) select * from unnest($1::uuid[], $2::bytea[])
       on conflict (delivery_id) do nothing`,
      [part.map((p) => p.id), part.map((p) => p.body)],
    );
  }
}

/** Returns the deliveries whose bytes are not stored and would be made from their job's result. */
export function findUnkept(
  tx: Tx,
  ids: string[],
): Promise<{ id: string; job_id: string; type: string; payload: 'full' | 'thin' }[]> {
  return tx.run(
    'find_unkept',
    `select d.id, d.job_id, d.type, d.payload from delivery d
     where d.id = any($1::uuid[]) and d.terminal and d.job_id is not null and d.payload = 'full'
       and not exists (select 1 from delivery_payload p where p.delivery_id = d.id)
     order by d.id`,
    [ids],
  );
}
