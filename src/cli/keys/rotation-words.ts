import type { KeyCount } from '#src/engine/rotate/count-keys.ts';
import type { Rotation } from '#src/engine/rotate/rotate-keys.ts';

const number = (value: number) => value.toLocaleString('en-US');
const values = (count: number) => `${number(count)} ${count === 1 ? 'value' : 'values'}`;
const areValues = (count: number, be: 'are' | 'were') =>
  `${values(count)} ${count === 1 ? { are: 'is', were: 'was' }[be] : be}`;

/** Returns how many values other keys than the first have sealed. */
export function sumOfOlder(counts: readonly KeyCount[], [current]: readonly string[]): number {
  return counts.filter(({ keyId }) => keyId !== current).reduce((sum, { count }) => sum + count, 0);
}

/** Returns the first line of a rotation. */
export function beginningLine(total: number, current: string | undefined): string {
  return `${areValues(total, 'are')} to be encrypted with "${current}".`;
}

/** Returns what `keys rotate --check` prints. `configured` are the ids of the keys, the current one first. */
export function tellCounts(counts: readonly KeyCount[], configured: readonly string[], nowMs: number): string[] {
  const lines: string[] = [];
  const found = Map.groupBy(counts, ({ keyId }) => keyId);
  for (const id of new Set([...configured, ...found.keys()])) {
    const rows = found.get(id) ?? [];
    const sum = rows.reduce((all, { count }) => all + count, 0);
    lines.push(`"${id}" (${roleOf(id, configured)}): ${values(sum)}`);
    if (id !== configured[0])
      lines.push(...rows.map((row) => `  ${placeOf(row)}: ${number(row.count)}${ageOf(row, nowMs)}`));
  }
  const older = sumOfOlder(counts, configured);
  if (older > 0)
    return [...lines, `${areValues(older, 'are')} left: "ringback keys rotate" does it, with "${configured[0]}".`];
  return [...lines, ...removable(configured)];
}

function roleOf(id: string, configured: readonly string[]): string {
  if (id === configured[0]) return 'encrypts now';
  return configured.includes(id) ? 'decrypts' : 'not configured';
}

const placeOf = ({ table, column }: KeyCount) => `${table}.${column}`;

function ageOf({ newestMs }: KeyCount, nowMs: number): string {
  if (newestMs === null) return '';
  const seconds = Math.max(0, Math.round((nowMs - newestMs) / 1000));
  return `, the newest made ${new Date(newestMs).toISOString()} (${number(seconds)} s ago)`;
}

/** Returns a line about how far it is. Processes that still write with an older key make the rest larger. */
export function progressLine(renewed: number, total: number): string {
  return `  ${number(renewed)} encrypted anew, ${number(Math.max(0, total - renewed))} left`;
}

/** Returns what is printed at the end of a rotation. */
export function rotationLines(
  { renewed, late, unopened, finished }: Rotation,
  configured: readonly string[],
): string[] {
  const lines = [`${areValues(renewed, 'were')} encrypted anew.`];
  for (const [what, count] of unopened)
    lines.push(`${areValues(count, 'were')} left as ${count === 1 ? 'it is' : 'they are'}: ${what}.`);
  for (const [id, count] of late)
    lines.push(
      `${number(count)} of them were written with "${id}" while this ran: a process still has it as its first key. ` +
        `Restart web and workers with "${configured[0]}" as the first key, then run this again.`,
    );
  if (!finished) lines.push('Something is left: run this again.');
  if (exitCodeOfRotation({ renewed, late, unopened, finished }) === 0) lines.push(...removable(configured));
  return lines;
}

/** Returns 0 if everything is sealed with the current key, and nobody writes with another one. */
export function exitCodeOfRotation({ late, unopened, finished }: Rotation): 0 | 1 {
  return finished && late.size === 0 && unopened.size === 0 ? 0 : 1;
}

function removable([current, ...others]: readonly string[]): string[] {
  if (others.length === 0) return [`Everything is encrypted with "${current}".`];
  const names = others.map((id) => `"${id}"`).join(', ');
  return [
    `Everything is encrypted with "${current}". Once no process has another first key, ${names} can be taken out of RINGBACK_ENCRYPTION_KEYS.`,
  ];
}
