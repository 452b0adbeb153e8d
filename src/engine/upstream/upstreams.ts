import { Refusal } from '#src/contract/shape/error-code.ts';
import type { RetryInput } from '#src/contract/submit/retry-input.ts';
import type { UpdatedUpstream, Upstream } from '#src/contract/upstream/upstream.ts';
import type { UpstreamChange, UpstreamSpec } from '#src/contract/upstream/upstream-input.ts';
import { checkTargetUrl } from '#src/domain/egress/target-url.ts';
import { readLimits, upstreamLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { changedTls, checkGoesWithTls, noTls, shownTls } from '#src/engine/client-tls.ts';
import type { Clock, Guards, Reads, Seals, Upstreams } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import { lockProject } from '#src/store/people/project-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import * as store from '#src/store/upstream/upstream-rows.ts';
import { changedHeaders, shownHeaders, storedHeaders } from './upstream-headers.ts';

type Writes = Reads & Seals & Upstreams & Guards;

/**
 * Makes an upstream and returns it. As the default it takes the place of another one. Throws `name_taken`, `invalid_input`
 * for one too many, or a refusal for a base URL that the egress rules forbid.
 */
export async function createUpstream(deps: Writes & Clock, projectId: string, spec: UpstreamSpec): Promise<Upstream> {
  checkBaseUrl(spec.baseUrl, deps);
  const id = newId(deps.now());
  const row = await writing(deps, projectId, spec.name, async (tx) => {
    const { length } = await store.findUpstreams(tx, projectId);
    const most = upstreamLimits.count;
    if (length >= most) throw new Refusal('invalid_input', `a project has at most ${most} upstreams`);
    if (spec.default) await store.clearDefault(tx, projectId);
    const sealing = { context: sealContext.upstreamTls(id), cipher: deps.cipher, nowMs: deps.now() };
    const tls = changedTls(noTls, spec.tls, sealing);
    checkGoesWithTls(tls, spec.baseUrl);
    const fields = { ...fieldsOf(spec), ...storedHeaders(id, spec.headers, deps.cipher), ...tls };
    return store.insertUpstream(tx, { ...noFields, ...fields, id, projectId });
  });
  return toUpstream(row, deps.cipher);
}

/** Returns the project's upstreams by their names. */
export async function listUpstreams(deps: Reads & Seals, projectId: string): Promise<Upstream[]> {
  return (await store.findUpstreams(deps.db, projectId)).map((row) => toUpstream(row, deps.cipher));
}

/** Returns an upstream by its id or its name. Throws `not_found`. */
export async function getUpstream(deps: Reads & Seals, projectId: string, idOrName: string): Promise<Upstream> {
  return toUpstream(await upstreamRow(deps, projectId, idOrName), deps.cipher);
}

/** Returns the row of an upstream by its id or its name. Throws `not_found`. */
export async function upstreamRow(
  deps: Pick<Reads, 'db'>,
  projectId: string,
  idOrName: string,
): Promise<store.UpstreamRow> {
  const { id, name } = keyOf(idOrName);
  const row = (await store.findUpstreams(deps.db, projectId)).find((one) => one.id === id || one.name === name);
  if (!row) throw noSuch('ups', idOrName);
  return row;
}

/**
 * Changes what is given, and returns the upstream. Waiting jobs get the new credentials; their URLs stay. Throws
 * `not_found`, `name_taken`, `invalid_header`, or a refusal for a base URL that the egress rules forbid.
 */
export async function updateUpstream(
  deps: Writes & Clock,
  projectId: string,
  idOrName: string,
  change: UpstreamChange,
): Promise<UpdatedUpstream> {
  if (change.baseUrl !== undefined) checkBaseUrl(change.baseUrl, deps);
  const { row, cleared } = await writing(deps, projectId, change.name ?? '', async (tx) => {
    const before = await locked(tx, projectId, idOrName);
    const { cleared, ...stored } = changedHeaders(before, change, deps.cipher);
    if (change.default === true && !before.is_default) await store.clearDefault(tx, projectId);
    const sealing = { context: sealContext.upstreamTls(before.id), cipher: deps.cipher, nowMs: deps.now() };
    const fields = { ...before, ...fieldsOf(change), ...stored, ...changedTls(before, change.tls, sealing) };
    checkGoesWithTls(fields, fields.base_url);
    return { row: await store.updateUpstream(tx, before.id, fields), cleared };
  });
  return { ...toUpstream(row, deps.cipher), clearedHeaders: cleared };
}

/**
 * Deletes an upstream with its credentials. Its ended jobs stay. Throws `not_found`, and `upstream_in_use` while jobs of it
 * have not ended.
 */
export async function removeUpstream(
  deps: Reads & Upstreams,
  projectId: string,
  idOrName: string,
): Promise<{ id: string }> {
  const { id } = await deps.db.transaction(async (tx) => {
    const row = await locked(tx, projectId, idOrName);
    const most = readLimits.countedRows;
    const count = await store.countUnfinishedJobs(tx, projectId, row.id, most);
    if (count > 0) throw inUse(row.name, count === most ? `${most.toLocaleString('en-US')} or more` : String(count));
    await store.deleteUpstream(tx, row.id);
    return row;
  });
  deps.upstreams.forget();
  return { id: formatId('ups', id) };
}

/** Returns an upstream as the API shows it, with secret headers masked. */
export function toUpstream(row: store.UpstreamRow, cipher: Cipher): Upstream {
  const { rate = null } = row.flow ?? {};
  return {
    id: formatId('ups', row.id),
    name: row.name,
    baseUrl: row.base_url,
    format: row.format,
    headers: shownHeaders(row, cipher),
    tls: shownTls(row),
    default: row.is_default,
    models: row.models,
    retry: row.retry as RetryInput | null,
    timeoutMs: row.timeout_ms,
    flow: row.flow && { ...row.flow, rate: rate && { limit: rate.limit, periodSeconds: rate.periodMs / 1_000 } },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function inUse(name: string, count: string): Refusal {
  const jobs = count === '1' ? 'job has' : 'jobs have';
  return new Refusal('upstream_in_use', `${count} ${jobs} not ended that the upstream "${name}" is for`, 'id');
}

function checkBaseUrl(baseUrl: string, deps: Guards): void {
  const target = checkTargetUrl(baseUrl, deps.egress);
  if (!target.ok) throw new Refusal(target.code, target.message.replace('The URL', '`baseUrl`'), 'baseUrl');
}

/** Makes a change that others of the project wait for. Throws `name_taken`. The processes' caches are dropped after it. */
async function writing<T>(
  deps: Reads & Upstreams,
  projectId: string,
  name: string,
  write: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    const written = await deps.db.transaction(async (tx) => {
      await lockProject(tx, projectId);
      return write(tx);
    });
    deps.upstreams.forget();
    return written;
  } catch (error) {
    if (!store.isUpstreamNameTaken(error)) throw error;
    throw new Refusal('name_taken', `there is an upstream "${name}" already; choose another name`, 'name');
  }
}

async function locked(tx: Tx, projectId: string, idOrName: string): Promise<store.UpstreamRow> {
  const row = await store.lockUpstream(tx, projectId, keyOf(idOrName));
  if (!row) throw noSuch('ups', idOrName);
  return row;
}

function keyOf(idOrName: string): store.UpstreamKey {
  const id = parseId('ups', idOrName);
  return id === null ? { id: null, name: idOrName } : { id, name: null };
}

const noFields = { retry: null, timeout_ms: null, flow: null };

type GivenFields = Omit<store.UpstreamFields, 'headers' | 'sealed' | 'tls' | 'tls_key'>;

/** Returns the given fields under the names of their columns. Headers and certificates are handled elsewhere. */
function fieldsOf(spec: UpstreamSpec): GivenFields;
function fieldsOf(change: Partial<UpstreamSpec>): Partial<GivenFields>;
function fieldsOf({ name, baseUrl, format, models, retry, timeoutMs, flow, ...rest }: Partial<UpstreamSpec>) {
  return {
    ...(name !== undefined && { name }),
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(format !== undefined && { format }),
    ...(models !== undefined && { models }),
    ...(retry !== undefined && { retry: retry as store.UpstreamRow['retry'] }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(flow !== undefined && { flow }),
    ...(rest.default !== undefined && { is_default: rest.default }),
  };
}
