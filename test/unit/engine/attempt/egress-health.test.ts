import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeEgressHealth } from '#src/engine/attempt/egress-health.ts';

const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };
const failed: Outcome = { kind: 'connection_error', code: 'dns_error', message: '', requestSent: false, timings };
const answered: Outcome = {
  kind: 'response',
  status: 500,
  headers: [],
  body: new Uint8Array(),
  truncated: false,
  redirects: [],
  timings,
  remoteAddress: null,
};

function make() {
  let at = 1_800_000_000_000;
  const health = makeEgressHealth(() => at);
  return {
    health,
    pass: (ms: number) => (at += ms),
    all: (outcome: Outcome, hosts = ['a', 'b', 'c', 'd']) => {
      for (const host of hosts) health.note(`http://${host}.example/x`, outcome);
    },
  };
}

describe('our own way out', () => {
  it('is down when hosts that answered all fail at once', () => {
    const { health, pass, all } = make();
    all(answered);
    expect(health.isDown()).toBe(false);
    pass(60_000);
    all(failed);
    expect(health.isDown()).toBe(true);
  });

  it('is up as soon as one host answers, whatever it says', () => {
    const { health, pass, all } = make();
    all(answered);
    pass(60_000);
    all(failed);
    all(answered, ['b']);
    expect(health.isDown()).toBe(false);
  });

  it('is judged for the first that fails once the others have failed too, or one has answered', async () => {
    const { health, pass, all } = make();
    all(answered);
    pass(60_000);
    all(failed, ['a']);
    const first = health.judge('http://a.example/x');
    all(failed, ['b', 'c']);
    expect(await first).toBe(true);
    expect(await health.judge('http://c.example/x')).toBe(true);

    const other = make();
    other.all(answered);
    other.pass(60_000);
    other.all(failed, ['a']);
    const judged = other.health.judge('http://a.example/x');
    other.pass(10);
    other.all(answered, ['b']);
    expect(await judged).toBe(false);
  });

  it('is judged at once where it cannot be to blame', async () => {
    const { health, pass, all } = make();
    all(answered, ['a', 'b']);
    all(failed, ['x']);
    pass(60_000);
    all(failed, ['a']);
    const from = performance.now();
    expect(await Promise.all(['a', 'x', 'unknown'].map((host) => health.judge(`http://${host}.example/`)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it('is not blamed when the others say nothing for two seconds', async () => {
    const { health, pass, all } = make();
    all(answered);
    pass(60_000);
    all(failed, ['a']);
    expect(await health.judge('http://a.example/x')).toBe(false);
  });

  it('is not to blame for hosts that never answered, nor for one or two that fail', () => {
    const { health, pass, all } = make();
    all(failed, ['x', 'y', 'z', 'w']);
    expect(health.isDown()).toBe(false);
    all(answered, ['a', 'b']);
    pass(60_000);
    all(failed, ['a', 'b']);
    expect(health.isDown()).toBe(false);
  });

  it('does not stay to blame for ever', () => {
    const { health, pass, all } = make();
    all(answered);
    pass(3_700_000);
    all(failed);
    expect(health.isDown()).toBe(false);
  });

  it('stays to blame for hours while everything goes on failing, for a day at most', () => {
    const { health, pass, all } = make();
    all(answered);
    pass(60_000);
    for (let seconds = 0; seconds < 86_400; seconds += 20) {
      all(failed);
      expect(health.isDown()).toBe(true);
      pass(20_000);
    }
    all(failed);
    expect(health.isDown()).toBe(false);
  });

  it('knows whether anybody else has answered lately', () => {
    const { health, pass, all } = make();
    all(answered, ['a']);
    expect(health.othersAnswer('http://a.example/x')).toBe(false);
    expect(health.othersAnswer('http://b.example/x')).toBe(true);
    pass(3_700_000);
    expect(health.othersAnswer('http://b.example/x')).toBe(false);
  });

  it('is not vouched for by what is on this very machine: Ringback itself, or an app beside it', async () => {
    const { health, pass, all } = make();
    all(answered);
    pass(60_000);
    all(failed);
    health.note('http://localhost:4600/playground/inbox/x', answered);
    health.note('http://app.example/x', { ...answered, remoteAddress: '127.0.0.1' });
    expect(health.isDown()).toBe(true);
    expect(await health.judge('http://a.example/x')).toBe(true);
    pass(3_600_000);
    health.note('http://localhost:4600/playground/inbox/x', answered);
    expect(health.othersAnswer('http://a.example/x')).toBe(false);
    // Apps on this machine vouch for each other.
    expect(health.othersAnswer('http://localhost:3000/x')).toBe(true);
  });
});
