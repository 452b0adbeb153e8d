import { describe, expect, it } from 'vitest';
import { type AlertLook, type AlertMemory, stepAlert } from '#src/domain/alert/alert-step.ts';

const usual: AlertLook = { nowMs: 0, isThere: true, afterMs: 60_000, overAfterMs: 30_000, quiet: false };
type Look = [second: number, isThere: boolean, quiet?: boolean];

/** Plays looks and answers what was told at which second: `e+` and `e-` are events, `p+` and `p-` go to people. */
function play(looks: Look[], settings: Partial<AlertLook> = {}): string[] {
  let memory: AlertMemory | null = null;
  const heard: string[] = [];
  for (const [second, isThere, quiet = false] of looks) {
    const step = stepAlert(memory, { ...usual, ...settings, nowMs: second * 1_000, isThere, quiet });
    memory = step.memory;
    if (step.event !== null) heard.push(`${second} e${step.event === 'raised' ? '+' : '-'}`);
    if (step.told !== null) heard.push(`${second} p${step.told === 'raised' ? '+' : '-'}`);
  }
  return [...heard, memory === null ? 'forgotten' : 'kept'];
}

describe('an alert', () => {
  it('is told once when it has lasted, and once when it has been gone for long enough', () => {
    const looks: Look[] = [
      [0, true],
      [59, true],
      [60, true],
      [90, true],
      [100, false],
      [129, false],
      [130, false],
    ];
    expect(play(looks)).toEqual(['60 e+', '60 p+', '130 e-', '130 p-', 'forgotten']);
  });

  it('is told at once when it need not last', () => {
    expect(play([[5, true]], { afterMs: 0 })).toEqual(['5 e+', '5 p+', 'kept']);
  });

  it('that does not last is not told, nor that it is over', () => {
    expect(
      play([
        [0, true],
        [30, false],
      ]),
    ).toEqual(['forgotten']);
    expect(
      play([
        [0, true],
        [30, false],
        [70, true],
      ]),
    ).toEqual(['kept']);
  });

  it('that flickers is told once', () => {
    const looks: Look[] = [
      [0, true],
      [60, true],
      [70, false],
      [80, true],
      [90, false],
      [100, true],
      [500, true],
    ];
    expect(play(looks)).toEqual(['60 e+', '60 p+', 'kept']);
  });

  it('of quiet hours is an event at once, and is told to people afterwards if it is still there', () => {
    const quiet: Look[] = [
      [0, true, true],
      [60, true, true],
      [3_600, true, true],
    ];
    expect(play([...quiet, [7_200, true]])).toEqual(['60 e+', '7200 p+', 'kept']);
    expect(play([...quiet, [3_700, false, true], [3_730, false, true], [7_200, false]])).toEqual([
      '60 e+',
      '3730 e-',
      'forgotten',
    ]);
  });

  it('that ends in quiet hours is told to be over afterwards, unless it is back by then', () => {
    const before: Look[] = [
      [0, true],
      [60, true],
      [100, false, true],
      [130, false, true],
      [200, false, true],
    ];
    expect(play([...before, [9_000, false]])).toEqual(['60 e+', '60 p+', '130 e-', '9000 p-', 'forgotten']);
    const back = play([...before, [300, true, true], [9_000, true]]);
    expect(back).toEqual(['60 e+', '60 p+', '130 e-', '300 e+', 'kept']);
  });
});
