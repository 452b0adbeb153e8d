import type { CoolDowns } from '#src/engine/cool/cool-downs.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { CoolName } from '#src/store/line/cool-down-rows.ts';
import type { DueLine, FirstJob } from '#src/store/line/due-lines.ts';
import type { CoolGate } from './cool-gate.ts';

/** The first jobs of lines, after cool-downs were asked. */
export type Sifted = {
  /** Jobs that may start. */
  go: FirstJob[];
  /** The cool-down that each of these jobs counts for, if it has one. */
  coolIds: Map<string, string>;
  /** Jobs that stay in the lines of their flows, because their cool-down lets no more start now. */
  blocked: { id: string; lineId: string; coolId: string; untilMs: number }[];
  /** Jobs that leave the lines of their origins for those of their cool-downs. */
  moving: Map<string, CoolName>;
};

/**
 * Chooses which of the first jobs of lines may start: at most `count` of each line, in order, passing over those whose
 * cool-down lets no more start. A job of a flow stays in its flow's line, so that both limits hold at once.
 */
export async function siftCooling(
  tx: Tx,
  coolDowns: Pick<CoolDowns, 'find'>,
  gate: CoolGate,
  looks: readonly { line: DueLine; count: number }[],
  found: readonly FirstJob[],
): Promise<Sifted> {
  const kinds = new Map(looks.map(({ line }) => [line.id, line.kind]));
  const cooling = await coolDowns.find(
    tx,
    found.filter(({ line_id }) => kinds.get(line_id) !== 'cooldown'),
  );
  const ofFlows = found.filter(({ id, line_id }) => kinds.get(line_id) === 'flow' && cooling.has(id));
  await gate.add(
    tx,
    ofFlows.flatMap(({ id }) => cooling.get(id)?.id ?? []),
  );
  const sifted: Sifted = { go: [], coolIds: new Map(), blocked: [], moving: new Map() };
  const byLine = Map.groupBy(found, ({ line_id }) => line_id);
  for (const { line, count } of looks) siftLine(line, count, byLine.get(line.id) ?? [], { gate, cooling, sifted });
  return sifted;
}

type Sifting = { gate: CoolGate; cooling: ReadonlyMap<string, CoolName>; sifted: Sifted };

function siftLine(line: DueLine, count: number, jobs: readonly FirstJob[], { gate, cooling, sifted }: Sifting): void {
  let left = count;
  for (const job of jobs) {
    const name = cooling.get(job.id);
    if (name && line.kind === 'origin') {
      sifted.moving.set(job.id, name);
      continue;
    }
    if (left === 0) continue;
    const coolId = line.kind === 'cooldown' ? line.id : name?.id;
    if (name && !gate.take(name.id)) {
      const untilMs = gate.untilMs(name.id) ?? line.now_ms;
      sifted.blocked.push({ id: job.id, lineId: line.id, coolId: name.id, untilMs });
      continue;
    }
    left -= 1;
    sifted.go.push(job);
    if (coolId !== undefined) sifted.coolIds.set(job.id, coolId);
  }
}
