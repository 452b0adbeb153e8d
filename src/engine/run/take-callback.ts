import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord } from '#src/contract/shape/shape.ts';
import { runLimits } from '#src/domain/limits.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import type { Reads, Wakes } from '#src/engine/deps.ts';
import { countRunParts, lookAtCallback, receiveCallback } from '#src/store/run/run-part-rows.ts';
import { lockRuns } from '#src/store/run/run-rows.ts';
import { openRunSecret } from '#src/store/seal/sealed-parts.ts';
import { beginTurns, type TurnDeps } from './advance-runs.ts';
import { readCallbackLink } from './callback-link.ts';
import { isCallbackMac } from './run-token.ts';

/**
 * Keeps what was sent to a callback URL, and lets the run go on that waits for it. Whatever comes after the first is
 * ignored, also when the run has ended. Throws `not_found` for a URL that is none of ours, and `run_over` when nothing has
 * come and the run has ended or waited too long.
 */
export async function takeCallback(
  deps: Reads & Wakes & TurnDeps,
  link: string,
  body: Uint8Array,
): Promise<'kept' | 'repeated'> {
  const read = readCallbackLink(link);
  if (read === null || findBadText(read.key) !== null) throw unknown();
  const result = valueText(body);
  const { taken, woken } = await deps.db.transaction(async (tx) => {
    const [run] = await lockRuns(tx, [read.runId]);
    if (run === undefined) throw unknown();
    if (!isCallbackMac(openRunSecret(deps.cipher, run.id, run.secret), read.key, read.mac)) throw unknown();
    if (run.ended_at !== null || (await countRunParts(tx, run.id)) > runLimits.steps) {
      if ((await lookAtCallback(tx, run.id, read.key)) !== 'repeated') throw over();
      return { taken: 'repeated' as const, woken: 0 };
    }
    const taken = await receiveCallback(tx, run.id, read.key, result);
    if (taken === 'other') throw unknown();
    if (taken === 'late') throw over();
    const woken = taken === 'kept' && run.state === 'waiting' ? await beginTurns(tx, deps, [run]) : 0;
    return { taken, woken };
  });
  if (woken > 0) deps.notify('due');
  return taken;
}

function unknown(): Refusal {
  return new Refusal('not_found', 'there is no such callback URL');
}

function over(): Refusal {
  return new Refusal('run_over', 'the run has ended, or no longer waits for this callback');
}

/** Returns the body as JSON: what it is, or the text of a body that is no JSON. Refuses bytes that are no text. */
function valueText(body: Uint8Array): string {
  const text = decodeUtf8(body);
  if (text === null) throw new Refusal('invalid_text', 'the body must be UTF-8');
  if (text === '') return 'null';
  const value = parsed(text);
  if ((isRecord(value) || Array.isArray(value)) && findBadText(value) !== null) {
    throw new Refusal('invalid_json', 'the body must be JSON that is not nested deeper than 64, without U+0000');
  }
  return JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
