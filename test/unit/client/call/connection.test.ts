import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '#src/client/call/environment.ts';
import { createRingback } from '#src/client/index.ts';
import { aJob, apiKey, client, data, fakeFetch, problem, settled, url } from '#test/unit/client/fake-ringback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('settings', () => {
  it('come from the environment when they are not given', async () => {
    vi.stubEnv('RINGBACK_URL', 'https://env.test/base/');
    vi.stubEnv('RINGBACK_API_KEY', 'rbk_env');
    const { fetch, calls } = fakeFetch(data(aJob()));
    vi.stubGlobal('fetch', fetch);
    await createRingback().get('job_1');
    expect(calls[0]?.path).toBe('/base/api/trpc/jobs.get');
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer rbk_env');
  });

  it('are read at each call', async () => {
    const { fetch, calls } = fakeFetch(data(aJob()));
    vi.stubGlobal('fetch', fetch);
    const ringback = createRingback();
    for (const name of ['one', 'two', 'one']) {
      vi.stubEnv('RINGBACK_URL', `https://${name}.test/${name}`);
      vi.stubEnv('RINGBACK_API_KEY', `rbk_${name}`);
      await ringback.get('job_1');
    }
    expect(calls.map(({ path, headers }) => [path, headers.get('authorization')])).toEqual(
      ['one', 'two', 'one'].map((name) => [`/${name}/api/trpc/jobs.get`, `Bearer rbk_${name}`]),
    );
  });

  it('are none where there is no process', () => {
    vi.stubEnv('RINGBACK_URL', url);
    vi.stubGlobal('process', undefined);
    const read = readEnvironment();
    vi.unstubAllGlobals();
    expect(read).toEqual({ url: undefined, apiKey: undefined });
    expect(readEnvironment().url).toBe(url);
  });

  it('are missed only when they are needed', async () => {
    vi.stubEnv('RINGBACK_URL', '');
    const ringback = createRingback();
    const { error } = await settled(ringback.get('job_1'));
    expect(error).toMatchObject({ code: 'missing_setting', message: expect.stringContaining('RINGBACK_URL') });
    expect((await settled(ringback.wait('job_1'))).error).toMatchObject({ code: 'missing_setting' });
  });

  it('refuse a URL that is none of a server', async () => {
    for (const wrong of [
      'ringback.test',
      'ftp://ringback.test',
      'https://u:p@ringback.test',
      'https://ringback.test/?x=1',
    ]) {
      expect((await settled(createRingback({ url: wrong, apiKey }).get('job_1'))).error).toMatchObject({
        code: 'missing_setting',
      });
    }
  });

  it('name a URL with a path where there is no Ringback', async () => {
    const noRoute = () => problem(404, 'no_route');
    const page = () => new Response('<html>', { status: 404, headers: { 'content-type': 'text/html' } });
    for (const answer of [noRoute, page]) {
      const { fetch } = fakeFetch(answer);
      const { error } = await settled(
        createRingback({ url: `${url}/v1`, apiKey, fetch }).submit({ url: 'https://a.test' }),
      );
      expect(error).toMatchObject({ code: 'bad_answer', status: 404 });
      expect((error as Error).message).toMatch(
        /no Ringback at https:\/\/ringback\.test\/v1\. Its URL is the origin alone, https:\/\/ringback\.test,/,
      );
    }
    const { ringback } = client(noRoute);
    expect((await settled(ringback.get('job_1'))).error).toMatchObject({ code: 'no_route', status: 404 });
  });

  it('miss a key before anything is sent, unless a browser may have a session', async () => {
    vi.stubEnv('RINGBACK_API_KEY', '');
    const { fetch, calls } = fakeFetch(data(aJob()));
    vi.stubGlobal('fetch', fetch);
    const ringback = createRingback({ url });
    const missing = {
      name: 'RingbackError',
      code: 'missing_setting',
      message: expect.stringContaining('RINGBACK_API_KEY'),
    };
    expect((await settled(ringback.submit({ url: 'https://a.test' }))).error).toMatchObject(missing);
    expect((await settled(ringback.wait('job_1'))).error).toMatchObject(missing);
    const refused = new Promise((onError) => ringback.trpc.jobs.wait.subscribe({ id: 'job_1' }, { onError }));
    expect((await settled(refused)).value).toMatchObject(missing);
    expect(calls).toEqual([]);
    vi.stubGlobal('location', { origin: url });
    await ringback.get('job_1');
    expect(calls[0]?.headers.has('authorization')).toBe(false);
  });

  it('say what was taken for a key, without showing it', async () => {
    const { fetch, calls } = fakeFetch(data(aJob()));
    for (const [key, why] of [
      ['"rbk_abc"', 'in quotes'],
      ['Bearer rbk_abc', 'begins with `Bearer`'],
      ['whsec_abc', 'RINGBACK_WEBHOOK_SECRET'],
      ['rbk_…', 'placeholder'],
      ['rbk_...', 'placeholder'],
      ['rbk_abc\n', 'end of a line'],
      ['', 'is empty'],
      ['sk-abc', 'is none'],
    ] as const) {
      const { error } = await settled(createRingback({ url, apiKey: key, fetch }).get('job_1'));
      expect(error).toMatchObject({ code: 'missing_setting', message: expect.stringContaining(why) });
      expect((error as Error).message).not.toContain('abc');
    }
    vi.stubEnv('RINGBACK_API_KEY', "'rbk_abc'");
    const { error } = await settled(createRingback({ url, fetch }).get('job_1'));
    expect(error).toMatchObject({ message: expect.stringMatching(/^RINGBACK_API_KEY is in quotes/) });
    expect(calls).toEqual([]);
  });

  it('without a key send no authorization, so that a session can speak', async () => {
    vi.stubEnv('RINGBACK_API_KEY', '');
    const { fetch, calls } = fakeFetch(data(aJob()));
    await createRingback({ url, fetch }).get('job_1');
    expect(calls[0]?.headers.has('authorization')).toBe(false);
  });
});
