/** A time span in milliseconds since the epoch. */
export type Span = [fromMs: number, toMs: number];

/** A time span in which nothing happens, drawn narrower than it is. `left` and `width` are shares of the axis. */
export type Idle = { fromMs: number; toMs: number; left: number; width: number };

export type Tick = { kind: 'time' | 'idle' | 'now'; left: number; label: string; edge?: 'first' | 'last' };

export type TimeScale = {
  /** Returns the place of an instant as a share of the axis. An instant outside the axis is placed at its edge. */
  at: (ms: number) => number;
  idles: Idle[];
  ticks: Tick[];
  /** True if there is idle time that could be collapsed. */
  hasIdle: boolean;
};

export type ScaleInput = {
  startMs: number;
  endMs: number;
  busy: readonly Span[];
  collapse: boolean;
  /** Current time; null once the job and its deliveries have ended. */
  nowMs: number | null;
};

const idleFromMs = 2_000;
const idleShare = 0.07;
/** Largest share of the axis for collapsed spans. The rest is for what happened, however many spans there are. */
const mostIdle = 0.5;
const nearestTicks = 0.055;
const mostTicks = 8;

/** Lays out a time span on an axis from 0 to 1. Idle time on it may be collapsed. */
export function timeScale(input: ScaleInput): TimeScale {
  const { startMs, collapse } = input;
  const endMs = Math.max(input.endMs, startMs + 1);
  const gaps = idleGaps(startMs, endMs, input.busy);
  const collapsed = collapse ? worthCollapsing(gaps, endMs - startMs) : [];
  const width = Math.min(idleShare, mostIdle / Math.max(1, collapsed.length));
  const lively = endMs - startMs - sum(collapsed);
  const perMs = (1 - width * collapsed.length) / Math.max(1, lively);
  const at = (ms: number): number => {
    const inside = Math.min(Math.max(ms, startMs), endMs);
    let left = (inside - startMs) * perMs;
    for (const [from, to] of collapsed) {
      if (inside <= from) break;
      const share = Math.min(1, (inside - from) / (to - from));
      left += share * (width - (to - from) * perMs);
    }
    return left;
  };
  const idles = collapsed.map(([fromMs, toMs]) => ({ fromMs, toMs, left: at(fromMs), width }));
  return { at, idles, ticks: ticksOf({ ...input, endMs }, at, idles, lively), hasIdle: gaps.length > 0 };
}

/** Returns the spans between busy spans that last longer than two seconds, without a margin at both ends. */
function idleGaps(startMs: number, endMs: number, busy: readonly Span[]): Span[] {
  const spans = busy
    .map(([from, to]): Span => [Math.max(from, startMs), Math.min(to, endMs)])
    .filter(([from, to]) => to >= from)
    .sort((a, b) => a[0] - b[0]);
  const gaps: Span[] = [];
  let until = startMs;
  for (const [from, to] of [...spans, [endMs, endMs] as Span]) {
    if (from - until > idleFromMs) gaps.push([until, from]);
    until = Math.max(until, to);
  }
  const busyMs = endMs - startMs - sum(gaps);
  return gaps.map(([from, to]) => {
    const margin = Math.min((to - from) * 0.1, busyMs * 0.06);
    return [from + margin, to - margin];
  });
}

/**
 * Returns the spans that get narrower when collapsed. A span that would grow stays as it is. Each look compares with the
 * time that is left: beside a pause of days, a pause of hours is worth it too.
 */
function worthCollapsing(gaps: Span[], totalMs: number): Span[] {
  const width = Math.min(idleShare, mostIdle / Math.max(1, gaps.length));
  const collapsed = new Set<Span>();
  for (let before = -1; before < collapsed.size; ) {
    before = collapsed.size;
    const perMs = (1 - width * before) / Math.max(1, totalMs - sum([...collapsed]));
    for (const gap of gaps) if ((gap[1] - gap[0]) * perMs > width) collapsed.add(gap);
  }
  return gaps.filter((gap) => collapsed.has(gap));
}

function sum(spans: readonly Span[]): number {
  return spans.reduce((total, [from, to]) => total + to - from, 0);
}

const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000),
];

/** Returns the step between two ticks for a time span of this length. */
export function tickStep(ms: number): number {
  return steps.find((step) => ms / step <= mostTicks) ?? 720 * 3_600_000;
}

/**
 * Rounds a duration up to a suitable end of an axis, so that a running job does not change the axis at every refresh.
 */
export function niceEnd(ms: number): number {
  const step = tickStep(ms);
  return Math.ceil(ms / step) * step;
}

/**
 * Returns the length of the axis of something under way, with room for what comes until `lastMs`. The length does not
 * change at every refresh.
 */
export function liveLength(lastMs: number, startMs: number, nowMs: number): number {
  const planned = (lastMs - startMs) * (lastMs > nowMs ? 1.08 : 1);
  return Math.max(niceEnd(Math.max(nowMs - startMs, 1_000)), planned);
}

function ticksOf(input: ScaleInput, at: TimeScale['at'], idles: Idle[], lively: number): Tick[] {
  const { startMs, endMs, nowMs } = input;
  const ticks: Tick[] = [{ kind: 'time', left: 0, label: '0 s', edge: 'first' }];
  const add = (tick: Tick) => {
    const far = ({ left, edge, kind }: Tick) => {
      // The last label is written to the left of its place.
      const wide = kind === 'idle' || edge === 'last' || tick.kind === 'idle' || tick.edge === 'last';
      return Math.abs(left - tick.left) >= (wide ? nearestTicks * 1.5 : nearestTicks);
    };
    // Beside collapsed idle time the step is short, and the labels of several ticks in a row may be the same.
    const known = tick.kind === 'time' && ticks.some(({ kind, label }) => kind === 'time' && label === tick.label);
    if (!known && ticks.every(far)) ticks.push(tick);
  };
  if (nowMs !== null && nowMs >= startMs && nowMs <= endMs) add({ kind: 'now', left: at(nowMs), label: 'now' });
  // Idle time after the last busy span is not a pause between two.
  const isPause = ({ toMs }: Idle) => nowMs === null || input.busy.some(([from]) => from >= toMs);
  for (const { fromMs, toMs, left, width } of idles.filter(isPause))
    if (width >= nearestTicks) add({ kind: 'idle', left: left + width / 2, label: `${axisText(toMs - fromMs)} idle` });
  if (nowMs === null) add({ kind: 'time', left: 1, label: axisText(endMs - startMs), edge: 'last' });
  const step = tickStep(lively);
  for (let ms = step, count = 0; ms < endMs - startMs && count < 10_000; ms += step, count++) {
    const idle = idles.find(({ fromMs, toMs }) => startMs + ms > fromMs && startMs + ms < toMs);
    // An idle span has nothing to measure, and its end may be days away.
    if (idle) ms = Math.floor((idle.toMs - startMs) / step) * step;
    else if (at(startMs + ms) <= 1 - nearestTicks / 2)
      add({ kind: 'time', left: at(startMs + ms), label: axisText(ms) });
  }
  return ticks.sort((a, b) => a.left - b.left);
}

/** Share of a phone's axis that a label takes. */
const phoneLabelShare = 0.25;

/** Returns the ticks that phones have room to name: those of the edges and of now, and what stands apart from these. */
export function ticksOnPhones(ticks: readonly Tick[]): Set<Tick> {
  const must = ticks.filter(({ kind, edge }) => kind === 'now' || edge !== undefined);
  const kept = new Set(
    must.filter(
      (tick) => tick.edge === undefined || !must.some((other) => other.kind === 'now' && isNear(other, tick)),
    ),
  );
  for (const tick of ticks) if (tick.kind === 'time' && ![...kept].some((other) => isNear(other, tick))) kept.add(tick);
  return kept;
}

function isNear(one: Tick, other: Tick): boolean {
  return Math.abs(one.left - other.left) < phoneLabelShare;
}

/** Returns a duration for the axis: `250 ms`, `4.5 s`, `31 s`, `12 min`, `2.5 h`, `3 days`. */
export function axisText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${trimmed(ms / 1_000)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${trimmed(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${trimmed(ms / 3_600_000)} h` : `${trimmed(ms / 86_400_000)} days`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
