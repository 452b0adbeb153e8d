import { expect } from 'vitest';
import type { CreatedEndpoint, Endpoint, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import type { TestRingback } from '#test/support/ringback.ts';

export type V1Endpoint = CreatedEndpoint & { signing: 'v1' };

export const url = 'http://127.0.0.1:59999/hooks';

let count = 0;
export const freshName = () => `hook-${++count}`;
export const uuidOf = (id: string) => parseId('end', id) ?? '';

/** Calls about endpoints that must succeed, refusals in short, and looks behind the scenes. */
export function endpointCalls(ringback: TestRingback) {
  async function ask<T>(path: string, input: unknown, query = false): Promise<T> {
    const { body } = await ringback.call<T>(path, input, { query });
    expect(body.error).toBeUndefined();
    return body.result.data;
  }
  async function rowOf(id: string) {
    const { rows } = await ringback.db.pool.query('select * from endpoint where id = $1', [uuidOf(id)]);
    return rows[0] as { sealed: Buffer | null; recovered_at: Date | null; deleted_at: Date | null };
  }
  return {
    ask,
    rowOf,
    make: <T extends CreatedEndpoint = V1Endpoint>(input: object = {}) =>
      ask<T>('endpoints.create', { name: freshName(), url, ...input }),
    get: (id: string) => ask<Endpoint>('endpoints.get', { id }, true),
    secretsOf: async (id: string) => (await ask<{ secrets: SecretInfo[] }>('endpoints.secrets', { id }, true)).secrets,
    async refusal(path: string, input: unknown, options: { key?: string; query?: boolean } = {}) {
      const { status, body } = await ringback.call(path, input, options);
      return { status, code: body.error?.data.code, field: body.error?.data.field, message: body.error?.message };
    },
    async openedHeaders(id: string): Promise<unknown> {
      const { sealed } = await rowOf(id);
      const cipher = makeCipher([...ringback.config.encryptionKeys]);
      return sealed && JSON.parse(cipher.open(sealed, sealContext.endpointHeaders(uuidOf(id))).toString());
    },
    /** As an endpoint stands whose deliveries have failed for an hour. */
    async pause(id: string): Promise<void> {
      await ringback.db.pool.query(
        `update endpoint set failing_since = now() - interval '1 hour', paused_until = now() + interval '1 hour'
         where id = $1`,
        [uuidOf(id)],
      );
    },
    /** All that the database holds of an endpoint, as text. */
    async everythingOf(id: string): Promise<string> {
      const { rows } = await ringback.db.pool.query(
        `select e::text || coalesce((select string_agg(s::text, ' ') from webhook_secret s where s.endpoint_id = e.id), '')
       || coalesce((select string_agg(d::text, ' ') from delivery d where d.endpoint_id = e.id), '') as text,
       e.sealed, (select string_agg(s.sealed, '') from webhook_secret s where s.endpoint_id = e.id) as secrets
     from endpoint e where id = $1`,
        [uuidOf(id)],
      );
      const [row] = rows as [{ text: string; sealed: Buffer | null; secrets: Buffer | null }];
      return [row.text, row.sealed?.toString('latin1'), row.secrets?.toString('latin1')].join(' ');
    },
  };
}
