import { describe, expect, it } from 'vitest';
import {
  afterCoolStarts,
  type CoolDown,
  coolDownAfter,
  type LimitSigns,
  mayStartCool,
  paced,
  raised,
} from '#src/domain/flow/cool-down.ts';
import { afterStarts } from '#src/domain/flow/flow-clock.ts';

const signs: LimitSigns = { waitMs: 1_000, limit: null, refusals: 1, answered: 0, sentMsAgo: 5 };
const begun = (more: Partial<LimitSigns> = {}) => coolDownAfter(null, { ...signs, ...more }, 0);

type Api = {
  windowMs: number;
  limit: (nowMs: number) => number;
  names?: boolean;
  latencyMs: number;
  roundsToSeconds?: boolean;
  /** Returns whether a request is refused for a second, whatever was sent before. */
  sheds?: () => boolean;
};

/** Plays a cool-down against an API with fixed windows, without a clock: a look every 5 ms while jobs wait. */
function play(api: Api, { first, forMs, fromMs = 0 }: { first: CoolDown; forMs: number; fromMs?: number }) {
  let coolDown = first;
  let nextStartAtMs: number | null = null;
  let used = 0;
  let window = -1;
  const perWindow: number[] = [];
  let refused = 0;
  const heard: { atMs: number; sentMs: number; waitMs: number }[] = [];
  for (let now = fromMs; now < fromMs + forMs; now += 5) {
    while (heard[0] && heard[0].atMs <= now) {
      const { waitMs, sentMs, atMs } = heard.shift() ?? { waitMs: 0, sentMs: 0, atMs: 0 };
      const limit = api.names ? api.limit(now) : null;
      const sign = { waitMs: waitMs - (now - atMs), limit, refusals: 1, answered: 0, sentMsAgo: now - sentMs };
      coolDown = coolDownAfter(coolDown, sign, now);
    }
    coolDown = raised(coolDown, now);
    const count = mayStartCool(coolDown, nextStartAtMs, now, 500);
    nextStartAtMs = afterStarts(paced(coolDown, nextStartAtMs), now, count);
    coolDown = afterCoolStarts(coolDown, count, now);
    for (let n = 0; n < count; n++) {
      const at = Math.floor(now / api.windowMs);
      if (at !== window) [window, used] = [at, 0];
      if (api.sheds?.()) {
        refused += 1;
        heard.push({ atMs: now + api.latencyMs, sentMs: now, waitMs: 1_000 - api.latencyMs });
      } else if (used < api.limit(now)) {
        used += 1;
        perWindow[at] = (perWindow[at] ?? 0) + 1;
      } else {
        refused += 1;
        const left = (at + 1) * api.windowMs - now;
        const waitMs = api.roundsToSeconds ? Math.ceil(left / 1_000) * 1_000 : left;
        heard.push({ atMs: now + api.latencyMs, sentMs: now, waitMs: waitMs - api.latencyMs });
      }
    }
  }
  const all = perWindow.reduce((sum, n) => sum + (n ?? 0), 0);
  return { refused, all, perWindow, coolDown };
}

describe('a cool-down', () => {
  it('lets nothing start before the reset', () => {
    expect(mayStartCool(begun(), null, 999, 10)).toBe(0);
    expect(mayStartCool(begun(), null, 1_000, 10)).toBe(1);
  });

  it('starts with the limit that the target names, or with what was answered before', () => {
    expect(begun({ limit: 40 })).toMatchObject({ limit: 40, periodMs: 1_000, isLearned: true });
    expect(begun({ answered: 30 })).toMatchObject({ limit: 30, periodMs: 1_000, isLearned: false });
    const other = coolDownAfter(begun({ answered: 30 }), { ...signs, answered: 25 }, 10);
    expect(other).toMatchObject({ limit: 55, untilMs: 1_010 });
  });

  it('is not judged anew by a refusal of a request that was sent before the reset', () => {
    const first = afterCoolStarts(begun({ limit: 40 }), 3, 1_001);
    expect(coolDownAfter(first, { ...signs, waitMs: 1, sentMsAgo: 50 }, 1_010)).toMatchObject({ limit: 40 });
  });

  it('ends after a quiet time', () => expect(begun().endsAtMs).toBe(61_000));
});

describe('the jobs behind a cool-down', () => {
  const apis: [what: string, api: Omit<Api, 'limit'>, limit: number, first: Partial<LimitSigns>][] = [
    ['with nothing known', { windowMs: 60_000, latencyMs: 300 }, 100, { waitMs: 60_000 }],
    ['with nothing known and short windows', { windowMs: 1_500, latencyMs: 50 }, 100, { waitMs: 1_500 }],
    ['that saw the limit', { windowMs: 1_500, latencyMs: 50 }, 100, { waitMs: 1_500, answered: 100 }],
    ['that saw half of the limit', { windowMs: 1_500, latencyMs: 50 }, 100, { waitMs: 1_500, answered: 50 }],
    ['that saw twice the limit', { windowMs: 1_500, latencyMs: 50 }, 100, { waitMs: 1_500, answered: 200 }],
    ['of a target that answers slowly', { windowMs: 60_000, latencyMs: 5_000 }, 100, { waitMs: 60_000, answered: 100 }],
    ['with a high limit', { windowMs: 60_000, latencyMs: 300 }, 5_000, { waitMs: 60_000 }],
    ['with a low limit', { windowMs: 60_000, latencyMs: 300 }, 3, { waitMs: 60_000, answered: 3 }],
  ];
  it.each(apis)('%s are seldom refused, and use the limit', (_what, api, limit, first) => {
    const windows = 100;
    const played = play(
      { ...api, limit: () => limit },
      { first: coolDownAfter(null, { ...signs, ...first }, 0), forMs: windows * api.windowMs },
    );
    expect(played.refused).toBeLessThan(0.02 * windows * limit + 2);
    expect(played.all).toBeGreaterThan(0.85 * windows * limit);
  });

  it('of a target that names its limit are not refused, wherever in a window it was first heard of', () => {
    for (const waitMs of [60_000, 30_000, 10_000]) {
      const fromMs = 60_000 - waitMs;
      const first = coolDownAfter(null, { ...signs, waitMs, limit: 100 }, fromMs);
      const api = { windowMs: 60_000, latencyMs: 300, names: true, limit: () => 100 };
      const played = play(api, { first, forMs: 6_000_000, fromMs });
      expect(played.refused).toBeLessThan(40);
      expect(played.all).toBeGreaterThan(8_500);
    }
  });

  /** A cool-down that has measured a limit, in a window of 1.5 seconds. */
  const learned = (limit: number): CoolDown => ({
    ...begun({ waitMs: 1_500 }),
    isLearned: true,
    periodMs: 1_500,
    limit,
    ceiling: limit,
  });

  it('of a target that refuses one in seven requests, whatever is sent, do not come to a standstill', () => {
    let sent = 0;
    const sheds = () => (sent++ * 7_919) % 101 < 15;
    const api = { windowMs: 1_000, latencyMs: 20, limit: () => 1_000, sheds };
    const { perWindow } = play(api, { first: begun({ answered: 6 }), forMs: 3_600_000 });
    const all = (from: number, to: number) => perWindow.slice(from, to).reduce((sum, n) => sum + (n ?? 0), 0);
    expect(all(0, 600)).toBeGreaterThan(900);
    expect(all(3_000, 3_600)).toBeGreaterThan(900);
  });

  it.each([1, 3, 10])('of which a slow machine saw %i of a hundred, soon use the limit', (seen) => {
    const api = { windowMs: 1_500, latencyMs: 50, limit: () => 100 };
    const { perWindow } = play(api, { first: learned(seen), forMs: 150 * 1_500 });
    expect(perWindow.findIndex((answered) => answered > 70)).toBeLessThan(130);
    expect(perWindow.findIndex((answered) => answered > 70)).toBeGreaterThan(0);
  });

  it('that are refused right after the reset, since it was told too early, are not thought to have a limit of one', () => {
    for (const first of [begun({ waitMs: 1_500, answered: 100 }), learned(100)]) {
      const started = afterCoolStarts(first, 5, 1_510);
      const after = coolDownAfter(started, { ...signs, waitMs: 100, refusals: 5, sentMsAgo: 5 }, 1_515);
      expect(after.limit / after.periodMs).toBeGreaterThan(0.5 * (100 / 1_500));
    }
  });

  it('find a limit that is raised, and one that is lowered', () => {
    const limit = (now: number) => (now < 1_800_000 ? 100 : now < 6_000_000 ? 200 : 50);
    const first = begun({ waitMs: 60_000, answered: 100 });
    const { perWindow, refused } = play({ windowMs: 60_000, latencyMs: 300, limit }, { first, forMs: 9_000_000 });
    expect(perWindow[95]).toBeGreaterThan(160);
    expect(perWindow[140]).toBeGreaterThan(35);
    expect(refused).toBeLessThan(300);
  });
});
