import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputOfFreddy, inputsOfResponse } from '#src/domain/gateway/freddy.ts';
import { inputItems, listPage } from '#src/domain/gateway/input-items.ts';
import { type ResponseFacts, responseObject } from '#src/domain/gateway/response-object.ts';
import { tokenUsage } from '#src/domain/gateway/token-usage.ts';

describe("Freddy's inputs", () => {
  it('are the same after both translations', () => {
    const role = fc.constantFrom('user', 'assistant', 'system');
    const inputs = fc.array(fc.record({ role, texts: fc.array(fc.record({ text: fc.string() })) }));
    const check = fc.property(inputs, (given) => {
      // fast-check makes objects without a prototype, which are no other JSON.
      expect(inputsOfResponse(inputOfFreddy(given))).toEqual(JSON.parse(JSON.stringify(given)));
    });
    fc.assert(check);
  });

  it.each([['text'], [[7]], [[{ role: 'user', texts: 'x' }]], [[{ role: 'user', texts: [{ image: 'x' }] }]]])(
    '%j are none',
    (given) => {
      expect(inputOfFreddy(given)).toBe(null);
    },
  );

  it('are made of texts only', () => {
    const inputs = [{ role: 'user', texts: [{ text: 'x' }] }];
    expect(inputsOfResponse('x')).toEqual(inputs);
    expect(inputsOfResponse([{ role: 'user', content: 'x' }])).toEqual(inputs);
    for (const given of [7, [7], [{ type: 'function_call' }], [{ role: 'user', content: [{ type: 'input_image' }] }]])
      expect(inputsOfResponse(given)).toBe(null);
  });
});

describe('a list', () => {
  type Page = { data: { id: string }[]; last_id: string; has_more: boolean };

  it('is read whole page by page, in both orders', () => {
    const order = fc.constantFrom('asc' as const, 'desc' as const);
    const check = fc.property(fc.nat(30), fc.integer({ min: 1, max: 9 }), order, (length, limit, by) => {
      const all = Array.from({ length }, (_, index) => ({ id: `i${index}` }));
      const seen: unknown[] = [];
      let page: Page | null = null;
      do {
        page = listPage(all, { after: page?.last_id ?? null, limit, order: by }) as Page;
        seen.push(...page.data);
      } while (page.has_more);
      expect(seen).toEqual(by === 'asc' ? all : all.toReversed());
    });
    fc.assert(check);
  });

  it('has nothing after what is not in it', () => {
    const page = listPage([{ id: 'a' }], { after: 'b', limit: 9, order: 'asc' });
    expect(page).toMatchObject({ data: [], has_more: false, last_id: null });
  });

  it('of the items of an input gives each an id and parts', () => {
    const content = [{ type: 'input_text', text: 'x' }];
    expect(inputItems('x', 'k')).toEqual([
      { type: 'message', status: 'completed', role: 'user', id: 'msg_k_0', content },
    ]);
    expect(inputItems([{ role: 'assistant', content: 'y', id: 'own' }, { type: 'reasoning' }, 7], 'k')).toMatchObject([
      { id: 'own', content: [{ type: 'output_text', text: 'y' }] },
      { id: 'msg_k_1', type: 'reasoning' },
    ]);
    expect(inputItems(null, 'k')).toEqual([]);
  });
});

describe('a response', () => {
  const facts = (more: Partial<ResponseFacts> = {}): ResponseFacts => ({
    ...{ id: 'resp_1', state: 'completed', createdAt: new Date(5_999), endedAt: new Date(9_000), answerStatus: 200 },
    ...{ asked: { model: 'm', background: true, metadata: { a: 'b' } }, error: null, expired: false },
    ...{ answer: { id: 'resp_theirs', created_at: 1, output: [7], metadata: {} }, ...more },
  });

  const states = [
    ['scheduled', 'queued'],
    ['queued', 'queued'],
    ['in_progress', 'in_progress'],
    ['retrying', 'in_progress'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const;
  it.each(states)('of a job that is %s is %s, and has our id, times and metadata', (state, status) => {
    const shown = responseObject(facts({ state }));
    const own = { id: 'resp_1', object: 'response', created_at: 5, metadata: { a: 'b' } };
    expect(shown).toMatchObject({ ...own, status, output: state === 'completed' ? [7] : [] });
    expect(shown.completed_at).toBe(state === 'completed' ? 9 : null);
  });

  it.each([
    ['incomplete', 'incomplete'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['queued', 'completed'],
    [undefined, 'completed'],
  ])('whose answer says %s is %s', (said, status) => {
    expect(responseObject(facts({ answer: { output: [], status: said } })).status).toBe(status);
  });

  it('is failed, with a reason, when its answer is none or is gone', () => {
    const none = responseObject(facts({ answer: 'text' }));
    expect(none).toMatchObject({ status: 'failed', output: [], error: { code: 'server_error' } });
    const gone = responseObject(facts({ answer: null, expired: true }));
    expect(gone).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('is gone') } });
  });

  it("has the API's error, or ours", () => {
    const failed = (more: Partial<ResponseFacts>) => responseObject(facts({ state: 'failed', ...more })).error;
    const [message, code] = ['said', 'own'];
    expect(failed({ answer: { error: { message, code } }, answerStatus: 400 })).toEqual({ message, code });
    const limited = { answer: { error: { message } }, answerStatus: 429 };
    expect(failed(limited)).toEqual({ message, code: 'rate_limit_exceeded' });
    const late = { answer: null, answerStatus: null, error: { code: 'timeout', message: 'late' } };
    expect(failed(late)).toEqual({ message: 'late', code: 'server_error' });
  });
});

describe('tokens', () => {
  it('are read by the names of each API', () => {
    expect(tokenUsage({ usage: { prompt_tokens: 1, completion_tokens: 2 } })).toEqual({ input: 1, output: 2 });
    expect(tokenUsage({ usage: { input_tokens: 3, output_tokens: 0 } })).toEqual({ input: 3, output: 0 });
  });

  it('are none where an answer says something else', () => {
    const isCount = (value: number | null) => value === null || (Number.isInteger(value) && value >= 0);
    const check = fc.property(fc.anything(), (value) => {
      expect(isCount(tokenUsage(value).input)).toBe(true);
      expect(isCount(tokenUsage({ usage: { input_tokens: value } }).input)).toBe(true);
    });
    fc.assert(check);
  });
});
