import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from '#src/store/db/database.ts';
import { beforeAllIds } from '#src/store/rotate/count-seals.ts';
import { findOlderSeals, type OlderSeal } from '#src/store/rotate/find-older-seals.ts';
import { readSeals } from '#src/store/rotate/read-seals.ts';
import { type Resealed, replaceSeals } from '#src/store/rotate/replace-seals.ts';
import { type Cipher, type EncryptionKey, makeCipher, SealError } from '#src/store/seal/cipher.ts';
import { type SealedColumn, sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { pageRows, timeOfId } from './count-keys.ts';

/** What a rotation has done. */
export type Rotation = Readonly<{
  renewed: number;
  /** Values that came with an older key while this ran, by the ids of the keys: a process still writes them. */
  late: ReadonlyMap<string, number>;
  /** Values that no configured key opens, by what is wrong with them. */
  unopened: ReadonlyMap<string, number>;
  /** False if other processes wrote with an older key until the last pass. */
  finished: boolean;
}>;

type Options = Readonly<{
  /** The keys, the current one first. */
  ring: readonly EncryptionKey[];
  now: () => number;
  /** Columns to look at; all of them if it is not given. */
  columns?: readonly SealedColumn[];
  /** Rows that one statement looks at. */
  rows?: number;
  /** Called after every batch with the number of values renewed so far. */
  onProgress?: (renewed: number) => void;
}>;

const maxPasses = 6;
/** Time before the second pass if somebody held rows. It trebles with every pass: transactions end within seconds. */
const firstPauseMs = 100;
const batchBytes = 4 * 1024 ** 2;
const batchRows = 500;

/**
 * Seals everything again that an older key has sealed. It can run beside web and workers, and be ended at any time: what
 * is done stays, and the next one goes on with the rest. Passes are repeated until one finds nothing.
 */
export async function rotateKeys(db: Pick<Db, 'run'>, options: Options): Promise<Rotation> {
  const cipher = makeCipher([...options.ring]);
  const state: State = {
    ...{ db, cipher, currentKeyId: options.ring[0]?.id ?? '', renewed: 0, pass: 1 },
    startedMs: options.now(),
    ...{ late: new Map(), unopened: new Map(), missed: new Set() },
  };
  let finished = false;
  for (; state.pass <= maxPasses && !finished; state.pass += 1) {
    const before = state.renewed;
    const missedBefore = state.missed;
    state.missed = new Set();
    state.unopened.clear();
    for (const column of options.columns ?? sealedColumns) await renewColumn(state, column, missedBefore, options);
    finished = state.renewed === before && state.missed.size === 0;
    if (state.missed.size > 0 && state.pass < maxPasses) await wait(firstPauseMs * 3 ** (state.pass - 1));
  }
  return { renewed: state.renewed, late: state.late, unopened: state.unopened, finished };
}

type State = {
  readonly db: Pick<Db, 'run'>;
  readonly cipher: Cipher;
  readonly currentKeyId: string;
  readonly startedMs: number;
  readonly late: Map<string, number>;
  readonly unopened: Map<string, number>;
  /** Rows of this pass that were changed or held by others, so that they are left for the next one. */
  missed: Set<string>;
  renewed: number;
  pass: number;
};

async function renewColumn(
  state: State,
  column: SealedColumn,
  missedBefore: ReadonlySet<string>,
  { rows = pageRows, onProgress }: Options,
): Promise<void> {
  const { db, currentKeyId } = state;
  for (let afterId: string | null = beforeAllIds; afterId !== null; ) {
    const page = await findOlderSeals(db, column, { currentKeyId, afterId, rows });
    for (const batch of batchesOf(page.older)) {
      const renewed = await renewBatch(state, column, batch);
      for (const { id, key_id: keyId } of batch.filter((row) => renewed.has(row.id))) {
        const isLate = column.grows && timeOfId(id) >= state.startedMs;
        if (isLate || (state.pass > 1 && !missedBefore.has(nameOf(column, id)))) add(state.late, keyId);
      }
      state.renewed += renewed.size;
      onProgress?.(state.renewed);
    }
    afterId = page.last;
  }
}

/** Seals the values of a batch again. Returns the ids of the rows that have the new value. */
async function renewBatch(state: State, column: SealedColumn, batch: readonly OlderSeal[]): Promise<Set<string>> {
  const read = await readSeals(
    state.db,
    column,
    batch.map(({ id }) => id),
  );
  const values: Resealed[] = [];
  for (const row of read) {
    const context = column.context(row);
    if (context === null) continue;
    try {
      values.push({
        id: row.id,
        before: row.value,
        after: state.cipher.seal(state.cipher.open(row.value, context), context),
      });
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      add(state.unopened, `${column.table}: ${error.message}`);
    }
  }
  const renewed = values.length === 0 ? [] : await replaceSeals(state.db, column, values);
  const done = new Set(renewed);
  for (const { id } of values) if (!done.has(id)) state.missed.add(nameOf(column, id));
  return done;
}

const nameOf = ({ table, column }: SealedColumn, id: string) => `${table}.${column} ${id}`;

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Splits rows, in their order, so that a batch of more than one row holds no more than its bytes and rows. */
function* batchesOf(rows: readonly OlderSeal[]): Generator<OlderSeal[]> {
  let batch: OlderSeal[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && (batch.length === batchRows || bytes + row.bytes > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.bytes;
  }
  if (batch.length > 0) yield batch;
}
