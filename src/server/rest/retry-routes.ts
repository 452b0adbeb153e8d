import { readTrial, runSimulation } from '#src/contract/simulate/run-simulation.ts';
import { simulateAnswerSchema } from '#src/contract/simulate/simulation.ts';
import { type RestRoute, route } from './route.ts';

const example = {
  job: { method: 'POST', retry: 'openai' },
  outcomes: [{ status: 429, headers: { 'retry-after': '20' } }, 503, 200],
};

/** What a retry policy does, without sending anything. */
export const retryRoutes: readonly RestRoute[] = [
  route('retry.simulate', {
    method: 'POST',
    path: '/v1/retry/simulate',
    summary: 'Simulate a retry policy',
    description:
      'What a policy does with these outcomes, by the code that decides for jobs: each decision with its rule and its reason, and the waits. Nothing is sent or stored.',
    takes: { example },
    gives: [
      {
        status: 200,
        says: 'The attempts with their decisions.',
        schema: simulateAnswerSchema,
        example: runSimulation(readTrial(example), Date.UTC(2026, 10, 20, 12)),
      },
    ],
    errors: ['invalid_retry', 'shadowed_rule'],
  }),
];
