import { format } from 'node:util';
import { afterAll, afterEach } from 'vitest';

/**
 * Output that a test did not expect makes it fail. A test that expects output replaces the method: `vi.spyOn(console,
 * 'error').mockImplementation(() => {})`.
 */
const said: string[] = [];

/** Files that share a process share its console. The method of each file replaces that of the file before. */
type Listening = Console['error'] & { original?: Console['error'] };

for (const level of ['error', 'warn'] as const) {
  const current: Listening = console[level];
  const original = current.original ?? current;
  const listening: Listening = (...args: unknown[]) => {
    said.push(`console.${level}: ${format(...args)}`);
    original.apply(console, args);
  };
  listening.original = original;
  console[level] = listening;
}

function failIfSaid(): void {
  const lines = said.splice(0);
  if (lines.length > 0) throw new Error(`Unexpected output:\n${lines.join('\n')}`);
}

afterEach(failIfSaid);
// Output while a file is loaded or torn down belongs to no test.
afterAll(failIfSaid);
