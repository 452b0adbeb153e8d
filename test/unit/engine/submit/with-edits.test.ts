import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { withEdits } from '#src/engine/submit/with-edits.ts';

const url = 'https://api.example.com/v1/report';
const key = { 'idempotency-key': 'a key' };

const some = (...values: unknown[]) => fc.constantFrom(...values);
/** Parts of a submission that its policy depends on. No backoff equals that of a preset. */
const parts = fc.record(
  {
    method: some('GET', 'POST'),
    retry: some('none', 'openai', { '418': { limit: 2 } }, { preset: 'openai', rules: { '418': {} } }),
    timeout: some({ durationInMs: '5m' }, { retry: { limit: 7 } }, { durationInMs: 1_000, retry: { limit: 8 } }),
    connectionError: some({ retry: { limit: 9 } }, { retry: { limit: 11 } }),
    accept: some('2xx,404', 'any'),
    maxAttempts: some(2, 40),
    onInterrupted: some('retry', 'fail'),
    onOversize: some('fail', 'truncate'),
    headers: some({ 'x-a': '1' }, key),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<SubmitInput>>;

function joined(first: Partial<SubmitInput>, second: Partial<SubmitInput>): Partial<SubmitInput> {
  const whole = { ...first, ...second };
  for (const field of ['timeout', 'headers'] as const) {
    if (first[field] && second[field]) Object.assign(whole, { [field]: { ...first[field], ...second[field] } });
  }
  return whole;
}

/** Null: a rule could never match, because all its statuses are accepted. */
function parsed(input: Partial<SubmitInput>): SubmitSpec | null {
  try {
    return parseSubmit({ url, ...input });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'shadowed_rule') return null;
    throw error;
  }
}

describe('a submission with edits', () => {
  it('has the policy and the timeout of one submission with the fields of both', () => {
    fc.assert(
      fc.property(parts, parts, (first, second) => {
        const whole = parsed(joined(first, second));
        const before = parsed(first);
        fc.pre(whole !== null && before !== null);
        const edited = withEdits(before, second);
        expect(edited.policy).toEqual(whole.policy);
        expect(JSON.stringify(edited.policy)).toBe(JSON.stringify(whole.policy));
        expect(edited.timeoutMs).toBe(whole.timeoutMs);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses new rules for statuses that the job accepts', () => {
    const accepting = parseSubmit({ url, accept: '2xx,404' });
    expect(() => withEdits(accepting, { retry: { '404': {} } })).toThrow(/accept "2xx,404"/);
    expect(withEdits(accepting, { retry: { '404': {} }, accept: '2xx' }).policy.rules).toHaveLength(1);
  });

  it('does not send two keys that its receiver tells repetitions by', () => {
    const refusal = (field: string) => expect.objectContaining({ code: 'conflicting_fields', field });
    const withKey = parseSubmit({ url, headers: key });
    expect(() => withEdits(withKey, { sendIdempotencyKey: true })).toThrow(refusal('edits.sendIdempotencyKey'));
    const sending = parseSubmit({ url, sendIdempotencyKey: true, idempotencyKey: 'a' });
    expect(() => withEdits(sending, { headers: key })).toThrow(refusal('edits.headers'));
    expect(withEdits(sending, { headers: key, sendIdempotencyKey: false }).headers).toHaveLength(1);
  });
});
