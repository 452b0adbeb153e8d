/**
 * Fields whose values the audit log may keep for a year and show to every owner. For all other fields it keeps only the
 * name. A new field is therefore hidden until somebody decides to show it.
 */
const shown = new Set([
  ...[
    'id',
    'ids',
    'userId',
    'email',
    'role',
    'name',
    'scopes',
    'endpoint',
    'endpointId',
    'jobId',
    'secretId',
    'type',
    'page',
    'shared',
  ],
  ...['since', 'until', 'from', 'to', 'createdAfter', 'createdBefore', 'includeSkipped', 'perSecond', 'overlapSeconds'],
  ...[
    'signing',
    'events',
    'labels',
    'label',
    'projectWide',
    'payload',
    'format',
    'scheduleSeconds',
    'giveUpOn',
    'rate',
    'concurrency',
    'state',
  ],
  ...['host', 'filter', 'expiresAt', 'limit', 'expected', 'count', 'method', 'delaySeconds', 'scheduledAt'],
  ...['jobsDays', 'attemptsDays', 'deliveriesDays', 'resultTtlSeconds'],
]);

/** The text that replaces a value that was given and is not shown. */
const hidden = '…';
const mostItems = 20;
const mostText = 200;

/**
 * Returns the input of a call without secrets, or null when there is none. `alsoShown` are fields that the author of
 * this procedure allows.
 */
export function auditDetail(input: unknown, alsoShown: readonly string[] = []): Record<string, unknown> | null {
  if (!isPlain(input)) return null;
  const detail = fieldsOf(input, new Set([...shown, ...alsoShown]), 2);
  return Object.keys(detail).length > 0 ? detail : null;
}

function fieldsOf(input: object, names: ReadonlySet<string>, depth: number): Record<string, unknown> {
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    fields.slice(0, mostItems * 2).map(([name, value]) => {
      if (name === 'url' && typeof value === 'string') return [name, originOf(value)];
      if (names.has(name)) return [name, shownValue(value, names, depth)];
      return [name.slice(0, 64), Array.isArray(value) ? `${value.length} × ${hidden}` : hidden];
    }),
  );
}

function shownValue(value: unknown, names: ReadonlySet<string>, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return value.length > mostText ? `${value.slice(0, mostText)}…` : value;
  if (Array.isArray(value)) {
    const items = value
      .slice(0, mostItems)
      .map((item) => (typeof item === 'object' ? hidden : shownValue(item, names, 0)));
    return value.length > mostItems ? [...items, `and ${value.length - mostItems} more`] : items;
  }
  return isPlain(value) && depth > 1 ? fieldsOf(value, names, depth - 1) : hidden;
}

/** Returns only the origin of a URL, because the path and query of a webhook URL are often secret. */
function originOf(url: string): string {
  const origin = URL.parse(url)?.origin;
  return origin === undefined || origin === 'null' ? hidden : `${origin}/…`;
}

/** Returns the id of the changed thing: the one that the input names, or else the one in the output. */
export function auditTarget(input: unknown, output: unknown): string | null {
  const { id, userId, jobId, endpoint } = isPlain(input) ? input : {};
  const made = isPlain(output) ? output : {};
  const key = isPlain(made.key) ? made.key : {};
  const found = [id, userId, jobId, endpoint, made.id, key.id].find((one) => typeof one === 'string' && one !== '');
  return found === undefined ? null : String(found).slice(0, 100);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
