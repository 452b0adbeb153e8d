/*
 * Names of events in a stream that mixes those of a target with marks of Ringback, such as `ringback.restart`. A target's
 * name that could be taken for a mark gets `target.` before it, also if it already has one or more of them, so that every
 * name can be read back.
 */

/** What stands before a target's name that looks like a mark. */
const prefix = 'target.';

/** Returns the name under which readers get an event of the target; null: it has none. */
export function escapedName(name: string | null): string | null {
  return name !== null && /^(?:target\.)*ringback\./.test(name) ? prefix + name : name;
}

/** Returns the name that the target gave to an event, from the one under which it came. */
export function unescapedName(name: string): string {
  return /^(?:target\.)+ringback\./.test(name) ? name.slice(prefix.length) : name;
}
