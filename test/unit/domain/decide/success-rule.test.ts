import { expect, it } from 'vitest';
import { decide } from '#src/domain/decide/decide.ts';
import type { Decision } from '#src/domain/decide/decision.ts';
import type { RetrySetting } from '#src/domain/policy/resolve-policy.ts';
import { policy, response } from './outcomes.ts';

function decided(retry: RetrySetting, used: number, deadlineAtMs: number | null = null, accept = '2xx'): Decision {
  const history = { attempts: used + 1, interruptions: 0, retries: { '202': used } };
  const outcome = response(202, {}, '{}', accept === 'cut');
  return decide({
    policy: policy({ retry, accept: accept === 'cut' ? '2xx' : accept }),
    history,
    outcome,
    nowMs: 0,
    random: 0,
    deadlineAtMs,
  });
}

it('a rule that names 2xx keeps the success when it has no retry left', () => {
  const kept = decided({ '202': { limit: 2 } }, 2);
  expect(kept).toMatchObject({ then: 'complete', rule: 'accept', retry: { count: 2, limit: 2 } });
  expect(kept).not.toHaveProperty('error');
  expect(kept.why).toBe('202 matched rule "202": all 2 retries are used up. 202 is accepted by "2xx".');
  expect(decided({ '202': { limit: 2 } }, 1).then).toBe('retry');
});

it('keeps the success too when the next retry would come past the deadline', () => {
  expect(decided({ '202': { limit: 2, minTimeoutInMs: 5_000 } }, 0, 1_000).then).toBe('complete');
});

it('fails where the rule says so, where accept leaves the status out, and where the body was cut', () => {
  expect(decided({ '202': { limit: 2, then: 'fail' } }, 2)).toMatchObject({ then: 'fail', rule: '202' });
  expect(decided({ '202': { limit: 0, then: 'fail' } }, 0)).toMatchObject({ error: { code: 'bad_status' } });
  expect(decided({ '202': { limit: 0 } }, 0, null, '200')).toMatchObject({ error: { code: 'bad_status' } });
  expect(decided({ '202': { limit: 0 } }, 0, null, 'cut')).toMatchObject({ error: { code: 'response_too_large' } });
});
