import type { JobCalls } from '#src/client/job/job-calls.ts';
import type { EnteredStep, RunEntry, RunKept, StepInput } from '#src/contract/run/run-turn.ts';

/** What a route proves its turn with. */
export type TurnProof = { run: string; turn: number; token: string };

/** The calls of one entry of a route. All of them may be repeated. */
export type RunCalls = {
  enter(): Promise<RunEntry>;
  keep(steps: readonly StepInput[]): Promise<RunKept>;
  step(key: string): Promise<EnteredStep | null>;
};

/** The most characters of JSON in one call. Ringback takes 32 MiB, and a character may have three bytes. */
const mostCharacters = 8_388_608;

/** Makes the calls of a turn. */
export function makeRunCalls({ call }: Pick<JobCalls, 'call'>, proof: TurnProof): RunCalls {
  const keepPart = (steps: StepInput[]): Promise<RunKept> =>
    call((trpc, rest) => trpc.runs.keep.mutate({ ...proof, steps }, rest), 'always');
  return {
    enter: () => call((trpc, rest) => trpc.runs.enter.mutate(proof, rest), 'always'),
    step: (key) => call((trpc, rest) => trpc.runs.step.mutate({ ...proof, key }, rest), 'always'),
    async keep(steps) {
      const kept: Extract<RunKept, { state: 'kept' }>['steps'] = [];
      for (const part of partsOf(steps)) {
        const answer = await keepPart(part);
        if (answer.state === 'stale') return answer;
        kept.push(...answer.steps);
      }
      return { state: 'kept', steps: kept };
    },
  };
}

function partsOf(steps: readonly StepInput[]): StepInput[][] {
  const parts: StepInput[][] = [];
  let room = 0;
  for (const step of steps) {
    const size = JSON.stringify(step).length;
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = mostCharacters;
    }
    room -= size;
    parts.at(-1)?.push(step);
  }
  return parts;
}
