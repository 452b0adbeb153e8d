import { format } from 'node:util';
import { afterAll, afterEach } from 'vitest';

/**
 * Output that a test did not expect makes it fail. A test that expects output replaces the method: `vi.spyOn(console,
 * 'error').mockImplementation(() => {})`.
 */
const said: string[] = [];

for (const level of ['error', 'warn'] as const) {
  const original = console[level];
  console[level] = (...args: unknown[]) => {
    said.push(`console.${level}: ${format(...args)}`);
    original.apply(console, args);
  };
}

function failIfSaid(): void {
  const lines = said.splice(0);
  if (lines.length > 0) throw new Error(`Unexpected output:\n${lines.join('\n')}`);
}

afterEach(failIfSaid);
// Output while a file is loaded or torn down belongs to no test.
afterAll(failIfSaid);
