/** The course of one call, in milliseconds from the first submit. */
export type Lane = Readonly<{
  call: string;
  attempts: readonly Readonly<{ startMs: number; endMs: number; label: string }>[];
  callbackMs: number;
}>;

const laneWidth = 62;
const nameWidth = 8;

/**
 * Draws the calls as lanes of one time line, 70 columns wide. `=` is an attempt, with its status at the end. `.` is a
 * wait, `>` the callback.
 */
export function timeline(lanes: readonly Lane[]): string[] {
  const totalMs = Math.max(1, ...lanes.map((lane) => lane.callbackMs));
  const end = `${(totalMs / 1_000).toFixed(1)} s`;
  const axis = `${'0 s'.padEnd(laneWidth - end.length)}${end}`;
  return [
    `${''.padEnd(nameWidth)}${axis}`,
    ...lanes.map((lane) => `${lane.call.padEnd(nameWidth)}${draw(lane, totalMs)}`),
  ];
}

function draw({ attempts, callbackMs }: Lane, totalMs: number): string {
  const columnOf = (ms: number) => Math.round((Math.max(0, ms) / totalMs) * (laneWidth - 1));
  let line = '';
  for (const { startMs, endMs, label } of attempts) {
    line = line.padEnd(columnOf(startMs), line === '' ? ' ' : '.');
    // The label ends where the attempt ends, if there is room for it.
    line = line.padEnd(columnOf(endMs) - label.length, '=') + label;
  }
  return `${line.padEnd(columnOf(callbackMs), '.')}>`;
}
