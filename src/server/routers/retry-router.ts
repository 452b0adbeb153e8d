import { readTrial, runSimulation, type Trial } from '#src/contract/simulate/run-simulation.ts';
import { type SimulateAnswer, type SimulateInput, simulateSchema } from '#src/contract/simulate/simulation.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';

export const retryRouter = router({
  /** Returns what a policy does with these outcomes. Nothing is sent or stored. */
  simulate: procedure('jobs:read')
    .input(input<SimulateInput, Trial>(readTrial, simulateSchema))
    .query(({ ctx, input: trial }): SimulateAnswer => runSimulation(trial, ctx.deps.now())),
});
