import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { signedCurl } from '#src/ui/deliveries/page/signed-curl.ts';

const signed = {
  url: 'https://example.com/hook?token=********',
  headers: { 'webhook-id': 'evt_1', authorization: '********' },
  event: { body: `{"it's":"\${HOME} ********"}`, encoding: 'utf8', size: 30, bodyCut: false } as const,
  validUntil: '2026-11-20T12:00:00.000Z',
};

it('writes the event byte for byte, also what looks like a mask, and secrets as variables', () => {
  const command = signedCurl(signed).replace('curl', `printf '%s\\n'`);
  const said = execFileSync('sh', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, SECRET: 'tok', AUTHORIZATION: 'Bearer x' },
  }).split('\n');
  expect(said).toContain('https://example.com/hook?token=tok');
  expect(said).toContain('authorization: Bearer x');
  expect(said).toContain(signed.event.body);
});

it('reads an event that is longer than a command from a file', () => {
  expect(signedCurl({ ...signed, event: { ...signed.event, bodyCut: true } })).toContain('--data-binary @event.json');
});
