import { describe, expect, it } from 'vitest';
import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';
import {
  disableAfterMs,
  downAfterMs,
  type Health,
  healthAfter,
  newRunAfterMs,
} from '#src/domain/endpoint/endpoint-health.ts';

const now = 1_800_000_000_000;
const well: Health = {
  failingSinceMs: null,
  pausedUntilMs: null,
  recoveredAtMs: null,
  lastFailureMs: null,
  askedUntilMs: null,
};
const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };
const answer = (status: number, headers: HeaderList = []): Outcome => ({
  kind: 'response',
  status,
  headers,
  body: new Uint8Array(),
  truncated: false,
  redirects: [],
  timings,
  remoteAddress: null,
});
const refused: Outcome = {
  kind: 'connection_error',
  code: 'connection_refused',
  message: '',
  requestSent: false,
  timings,
};

describe('the health of an endpoint', () => {
  it('is not touched by a first failure but for its beginning', () => {
    expect(healthAfter(well, answer(500), now)).toMatchObject({
      failingSinceMs: now,
      pausedUntilMs: null,
      disable: null,
    });
  });

  it('is not disabled for two failures with a week of nothing between them', () => {
    const before = { ...well, failingSinceMs: now - 7 * 86_400_000, lastFailureMs: now - 7 * 86_400_000 };
    expect(healthAfter(before, answer(500), now)).toMatchObject({ failingSinceMs: now, disable: null });
    const lately = { ...before, lastFailureMs: now - newRunAfterMs };
    expect(healthAfter(lately, answer(500), now).disable).toBe('failing');
  });

  it('turns to probes after failing without a break', () => {
    const failing = { ...well, failingSinceMs: now - downAfterMs };
    expect(healthAfter(failing, refused, now)).toMatchObject({ pausedUntilMs: now + 5_000, disable: null });
    const hour = { ...well, failingSinceMs: now - 3_600_000, pausedUntilMs: now };
    expect(healthAfter(hour, refused, now).pausedUntilMs).toBe(now + 300_000);
  });

  it('is cleared by a success, from which the ramp begins when it had been down', () => {
    const paused = { ...well, failingSinceMs: now - 60_000, pausedUntilMs: now };
    expect(healthAfter(paused, answer(204), now)).toMatchObject({
      failingSinceMs: null,
      pausedUntilMs: null,
      recoveredAtMs: now,
      succeeded: true,
    });
    expect(healthAfter({ ...well, failingSinceMs: now - 1 }, answer(200), now).recoveredAtMs).toBeNull();
    const asked = { ...well, failingSinceMs: now - 5_000, pausedUntilMs: now };
    expect(healthAfter(asked, answer(200), now)).toMatchObject({ pausedUntilMs: null, recoveredAtMs: null });
  });

  it.each([408, 425, 429, 502, 503, 504])('asks for patience after %i, as long as Retry-After says', (status) => {
    expect(healthAfter(well, answer(status), now).pausedUntilMs).toBe(now + 5_000);
    expect(healthAfter(well, answer(status, [['retry-after', '120']]), now).pausedUntilMs).toBe(now + 120_000);
    expect(healthAfter(well, answer(status, [['retry-after', '9999999']]), now).pausedUntilMs).toBe(now + 86_400_000);
  });

  it('ends with 410, and after five days of nothing but failures, never after sporadic ones', () => {
    expect(healthAfter(well, answer(410), now).disable).toBe('gone');
    expect(healthAfter({ ...well, failingSinceMs: now - disableAfterMs }, answer(500), now).disable).toBe('failing');
    let health = well;
    for (let day = 0; day < 30; day++) {
      const at = now + day * 86_400_000;
      const failed = healthAfter(health, answer(500), at);
      expect(failed.disable).toBeNull();
      health = healthAfter(failed, answer(200), at + 1_000);
    }
  });

  it('learns nothing from what is not the endpoint’s doing', () => {
    const interrupted: Outcome = { kind: 'interrupted', by: 'worker_lost' };
    expect(healthAfter(well, interrupted, now)).toEqual({ ...well, succeeded: false, disable: null });
  });
});

describe('an endpoint to which nothing can be sent as it is', () => {
  const invalid = { kind: 'invalid_request', message: 'a header cannot be sent', timings } as const;
  const blocked = { kind: 'blocked', message: 'not allowed', timings } as const;

  it('fails as any other', () => {
    for (const outcome of [invalid, blocked]) {
      expect(healthAfter(well, outcome, now)).toMatchObject({ failingSinceMs: now, succeeded: false });
      const failing = { ...well, failingSinceMs: now - disableAfterMs, lastFailureMs: now - 1_000 };
      expect(healthAfter(failing, outcome, now).disable).toBe('failing');
    }
  });

  it('is well when it is not the endpoint that lacks something', () => {
    for (const lacks of ['payload', 'signing_secret'] as const) {
      expect(healthAfter(well, { ...invalid, lacks }, now)).toEqual({ ...well, succeeded: false, disable: null });
    }
  });
});

describe('a wait that was asked for', () => {
  const hour = 3_600_000;
  const asked = healthAfter(well, answer(429, [['retry-after', '3600']]), now);

  it('is not shortened by another answer, and may be made longer', () => {
    expect(asked.pausedUntilMs).toBe(now + hour);
    for (const outcome of [answer(503), refused, answer(429, [['retry-after', '60']])]) {
      expect(healthAfter(asked, outcome, now + 1_000).pausedUntilMs).toBe(now + hour);
    }
    const longer = healthAfter(asked, answer(503, [['retry-after', '7200']]), now + 1_000);
    expect(longer.pausedUntilMs).toBe(now + 1_000 + 2 * hour);
  });

  it('is not ended by the success of a try that had begun before', () => {
    const old = healthAfter(asked, answer(204), now + 1_000, now - 500);
    expect(old).toMatchObject({ succeeded: true, failingSinceMs: null, pausedUntilMs: now + hour });
    expect(healthAfter(asked, answer(204), now + hour + 1, now + hour)).toMatchObject({
      pausedUntilMs: null,
      askedUntilMs: null,
    });
  });

  it.each<[HeaderList, number]>([
    [[['retry-after', '600.5']], 600_500],
    [[['retry-after', '10m']], 600_000],
    [[['retry-after', '60, 600']], 600_000],
    [
      [
        ['retry-after', '600'],
        ['retry-after', '60'],
      ],
      600_000,
    ],
    [[['retry-after', new Date(now + 600_000).toISOString()]], 600_000],
    [[['retry-after-ms', '600000']], 600_000],
    [
      [
        ['date', new Date(now + hour).toUTCString()],
        ['retry-after', new Date(now + hour + 600_000).toUTCString()],
      ],
      600_000,
    ],
    [[['retry-after', '9'.repeat(10_000)]], 24 * hour],
  ])('is read in all its forms: %j', (headers, askedMs) => {
    expect(healthAfter(well, answer(503, headers), now)).toMatchObject({
      pausedUntilMs: now + askedMs,
      askedUntilMs: now + askedMs,
    });
  });

  it('is over when its time has come', () => {
    expect(healthAfter(asked, answer(503), now + hour + 1)).toMatchObject({ askedUntilMs: null });
  });
});
