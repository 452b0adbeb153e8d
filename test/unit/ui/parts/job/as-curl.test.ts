import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCurl } from '#src/ui/parts/job/as-curl.ts';

/** The arguments that a shell gives to curl for this command, with the variables set. */
function argumentsOf(command: string, variables: Record<string, string> = {}): string[] {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`;
  const { stdout } = spawnSync(
    'env',
    ['-i', ...Object.entries(variables).map((pair) => pair.join('=')), 'sh', '-c', script],
    {
      encoding: 'utf8',
    },
  );
  return stdout.split('\0').slice(0, -1);
}

describe('a job as a curl command', () => {
  it('fills masked parts from variables named after their header, and keeps the rest of the value', () => {
    const command = asCurl({
      method: 'POST',
      url: 'https://api.example.com/v1?token=********&n=1',
      headers: { authorization: 'Bearer ********', 'x-app-token': '********', 'content-type': 'application/json' },
    });
    expect(argumentsOf(command, { AUTHORIZATION: 'a b', X_APP_TOKEN: "it's", SECRET: '$x' })).toEqual([
      ...['-X', 'POST', 'https://api.example.com/v1?token=$x&n=1'],
      ...['-H', 'authorization: Bearer a b'],
      ...['-H', "x-app-token: it's"],
      ...['-H', 'content-type: application/json'],
      ...['--data-binary', '@body'],
    ]);
  });

  it('gives the shell nothing to interpret, whatever the values hold', () => {
    const text = fc.string({ unit: fc.constantFrom("'", '"', '$', '`', '\\', ' ', '!', '*', 'a', '\n', ';', 'é') });
    fc.assert(
      fc.property(text, text, (path, value) => {
        fc.pre(!`${path}${value}`.includes('********'));
        const command = asCurl({ method: 'GET', url: `http://a/${path}`, headers: { 'x-a': value } });
        expect(argumentsOf(command)).toEqual([
          '-X',
          'GET',
          `http://a/${path}`,
          '-H',
          value === '' ? 'x-a;' : `x-a: ${value}`,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [{ method: 'HEAD' }, ['--head', 'https://a.test/']],
    [{ url: 'https://a.test/?ids[]=1&x={a,b}' }, ['-X', 'GET', '--globoff', 'https://a.test/?ids[]=1&x={a,b}']],
    [{ url: 'https://[::1]/' }, ['-X', 'GET', '--globoff', 'https://[::1]/']],
    [{ headers: { 'x-empty': '' } }, ['-X', 'GET', 'https://a.test/', '-H', 'x-empty;']],
  ])('sends what curl would read otherwise: %j', (part, expected) => {
    const command = asCurl({ method: 'GET', url: 'https://a.test/', headers: {}, ...part } as Parameters<
      typeof asCurl
    >[0]);
    expect(argumentsOf(command)).toEqual(expected);
  });
});
