import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/outcome.ts';
import { makeEgressHealth } from '#src/engine/egress-health.ts';

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
});
