import { RingbackError } from '#src/client/call/errors.ts';
import type { EnteredStep, KeptStep, StepInput } from '#src/contract/run/run-turn.ts';

/** A step without its number. */
export type NewStep = StepInput extends infer Step ? (Step extends unknown ? Omit<Step, 'n'> : never) : never;

/** The steps of one entry: those that are known, those to be kept, and the calls that wait for one. */
export type StepLedger = {
  /**
   * Begins a call. Returns its number and whether the step is known. Throws `duplicate_key`, and `not_deterministic` for a
   * key that stood for something else before.
   */
  begin(key: string, kind: EnteredStep['kind'], request?: string | undefined): { n: number; isKnown: boolean };
  /** Adds a step that is to be kept. */
  add(step: StepInput): void;
  /** Returns the steps that are to be kept, once. */
  takeNew(): StepInput[];
  /** Notes what became of a step. Its call is rejected if it was refused. */
  note(step: StepInput, kept: KeptStep): void;
  /** Resolves when `handOut` is called with the step of the key. */
  waitFor(key: string): Promise<EnteredStep>;
  /** Returns the step that ended first among those that are waited for, or null. */
  firstEnded(): EnteredStep | null;
  /** Resolves the call that waits for a step. */
  handOut(step: EnteredStep): void;
  hasNew(): boolean;
  /** Returns the keys of the calls that wait. */
  waiting(): string[];
};

type Call = { resolve(step: EnteredStep): void; reject(error: unknown): void };

/** Makes the ledger of an entry. `entered` are the steps so far. */
export function makeStepLedger(entered: readonly EnteredStep[]): StepLedger {
  const known = new Map(entered.map((step) => [step.key, step]));
  const asked = new Set<string>();
  const calls = new Map<string, Call>();
  let added: StepInput[] = [];
  return {
    begin(key, kind, request) {
      if (asked.has(key)) throw duplicateKey(key);
      asked.add(key);
      const step = known.get(key);
      if (step === undefined) return { n: asked.size, isKnown: false };
      const isSame = step.kind === kind && (request === undefined || step.request === request);
      if (!isSame) throw notDeterministic(key, step, request ?? kind);
      return { n: asked.size, isKnown: true };
    },
    add: (step) => void added.push(step),
    takeNew() {
      const taken = added;
      added = [];
      return taken;
    },
    note({ key }, kept) {
      if (kept.ok) return void known.set(key, kept.step);
      const { code, message, field } = kept.error;
      calls.get(key)?.reject(new RingbackError(code, message, { field }));
      calls.delete(key);
    },
    waitFor(key) {
      return new Promise((resolve, reject) => calls.set(key, { resolve, reject }));
    },
    firstEnded() {
      const ended = [...calls.keys()].flatMap((key) => known.get(key) ?? []).filter(({ seq }) => seq !== null);
      return ended.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0))[0] ?? null;
    },
    handOut(step) {
      calls.get(step.key)?.resolve(step);
      calls.delete(step.key);
    },
    hasNew: () => added.length > 0,
    waiting: () => [...calls.keys()],
  };
}

function duplicateKey(key: string): RingbackError {
  return new RingbackError('duplicate_key', `The key "${key}" is used twice in this run. Each call needs its own.`);
}

function notDeterministic(key: string, { kind, request }: EnteredStep, asked: string): RingbackError {
  const before = kind === 'request' && request !== null ? request : kind;
  const message =
    `The key "${key}" was ${before} when this run was entered before, and is ${asked} now. ` +
    'A handler must make the same calls in each entry.';
  return new RingbackError('not_deterministic', message);
}
