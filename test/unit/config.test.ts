import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, requireServerConfig } from '#src/config.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('reading the settings', () => {
  it('needs none: every one has a default', () => {
    expect(readConfig({})).toMatchObject({
      databaseUrl: undefined,
      port: 4600,
      url: 'http://localhost:4600',
      host: '127.0.0.1',
      dataDir: resolve('.ringback'),
      workerSlots: 512,
      workerMemoryBytes: 128 * 1024 * 1024,
      logLevel: 'info',
      logFormat: 'json',
      dev: false,
    });
  });

  it('reads a proxy with its credentials, and DNS servers with their ports', () => {
    expect(
      readConfig({
        RINGBACK_EGRESS_PROXY: 'http://worker:p%40ss@[fd00::9]:3128',
        RINGBACK_DNS_SERVERS: '10.0.0.2, 10.0.0.3:5353,fd00::2,[fd00::3]:53',
      }),
    ).toMatchObject({
      egressProxy: { host: 'fd00::9', port: 3128, authorization: `Basic ${btoa('worker:p@ss')}` },
      dnsServers: ['10.0.0.2', '10.0.0.3:5353', 'fd00::2', '[fd00::3]:53'],
    });
    expect(readConfig({ RINGBACK_EGRESS_PROXY: 'http://proxy.internal' }).egressProxy).toEqual({
      host: 'proxy.internal',
      port: 80,
      authorization: null,
    });
  });

  it('cannot be changed afterwards', () => {
    const config = readConfig({ RINGBACK_EGRESS_ALLOW: '10.0.0.0/8' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.egressAllow)).toBe(true);
  });

  it('follows PORT in the public URL until that is given, and strips its trailing slash', () => {
    expect(readConfig({ PORT: '8080' }).url).toBe('http://localhost:8080');
    expect(readConfig({ PORT: '8080', RINGBACK_URL: 'https://ring.example/base/' }).url).toBe(
      'https://ring.example/base',
    );
  });

  it('takes an empty value for an absent one, as compose files write it', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: ' ', RINGBACK_ADMIN_PASSWORD: '' }).port).toBe(4600);
  });

  it('ignores variables of other programs', () => {
    expect(readConfig({ PATH: '/bin', NODE_ENV: 'test', PORTS: 'x' }).port).toBe(4600);
  });

  it('reads encryption keys in their order, the current one first', () => {
    const bytes = randomBytes(32);
    const { encryptionKeys } = readConfig({
      RINGBACK_ENCRYPTION_KEYS: `new:${bytes.toString('base64')}, ${key('old')}`,
    });
    expect(encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(encryptionKeys[0]?.key).toEqual(bytes);
  });
});

describe('wrong settings', () => {
  it('are all named at once, each with what it should be', () => {
    const problems = problemsOf({ PORT: '70000', RINGBACK_LOG_LEVEL: 'loud', RINGBACK_DEV: 'maybe' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/PORT should be a whole number from 0 to 65535, not "70000"/);
    expect(problems.join('\n')).toMatch(/RINGBACK_LOG_LEVEL should be one of trace, debug/);
    expect(problems.join('\n')).toMatch(/RINGBACK_DEV should be true or false, not "maybe"/);
  });

  it('include misspelt names, with the name that was probably meant', () => {
    expect(problemsOf({ RINGBACK_WORKER_SLOT: '9', PORT: '-1' })).toEqual([
      'RINGBACK_WORKER_SLOT is no setting of Ringback; did you mean RINGBACK_WORKER_SLOTS?',
      'PORT should be a whole number from 0 to 65535, not "-1"',
    ]);
    expect(problemsOf({ RINGBACK_PORT: '1' })).toEqual(['RINGBACK_PORT is no setting of Ringback; did you mean PORT?']);
    expect(problemsOf({ RINGBACK_SOMETHING_ELSE_ENTIRELY: '1' })).toEqual([
      'RINGBACK_SOMETHING_ELSE_ENTIRELY is no setting of Ringback',
    ]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
    ['RINGBACK_AUTH_SECRET', 'hunter2'],
    ['RINGBACK_METRICS_TOKEN', 'hunter2'],
    ['RINGBACK_ENCRYPTION_KEYS', 'hunter2'],
  ])('never repeat the secret in %s', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('say how special characters of a password are written', () => {
    expect(problemsOf({ DATABASE_URL: 'postgresql://ringback:a/b@db/ringback' })).toEqual([
      'DATABASE_URL should be a URL that starts with postgres:// or postgresql://, with special characters in its password percent-encoded (/ is %2F)',
    ]);
  });

  it.each([
    ['a key of another length', `a:${randomBytes(16).toString('base64')}`],
    ['one id twice', `${key('a')},${key('a')}`],
    ['a key without an id', randomBytes(32).toString('base64')],
    ['a good key beside a bad one', `${key('a')},b:x`],
  ])('are encryption keys with %s', (_, value) => {
    expect(problemsOf({ RINGBACK_ENCRYPTION_KEYS: value })).toHaveLength(1);
  });

  it.each(['ftp://x', 'localhost:4600', 'https://user@host', 'https://host/?a=1'])(
    'include %s as public URL',
    (value) => {
      expect(problemsOf({ RINGBACK_URL: value })).toHaveLength(1);
    },
  );

  it.each(['10.0.0.0/99', 'not a host', '10.0.0.1:70000'])('include %s as an exception for targets', (value) => {
    expect(problemsOf({ RINGBACK_EGRESS_ALLOW: `10.0.0.0/8,${value}` })).toHaveLength(1);
  });

  it.each([
    'https://proxy:3128',
    'http://proxy:3128/path',
    'proxy:3128',
    'http://u%ZZ:p@proxy',
    'http://u%3A:hunter2@proxy',
  ])('include %s as a proxy, and do not repeat it', (value) => {
    expect(problemsOf({ RINGBACK_EGRESS_PROXY: value })).toEqual([
      'RINGBACK_EGRESS_PROXY should be http://host:port or http://user:password@host:port',
    ]);
  });

  it.each(['dns.example', '10.0.0.2:0', '10.0.0.2:70000', '010.0.0.2', '[10.0.0.2', 'fe80::1%eth0'])(
    'include %s as a DNS server',
    (value) => {
      expect(problemsOf({ RINGBACK_DNS_SERVERS: `10.0.0.2,${value}` })).toHaveLength(1);
    },
  );

  it('include an SMTP server without a sender, a sender without a server, and what is neither', () => {
    const smtp = { RINGBACK_SMTP_URL: 'smtp://user:hunter2@mail.example.com:587' };
    const from = { RINGBACK_MAIL_FROM: 'Ringback <ringback@example.com>' };
    expect(readConfig({ ...smtp, ...from }).smtpUrl).toBe(smtp.RINGBACK_SMTP_URL);
    expect(problemsOf(smtp)).toEqual(['RINGBACK_MAIL_FROM is missing: RINGBACK_SMTP_URL is set without it']);
    expect(problemsOf(from)).toEqual(['RINGBACK_SMTP_URL is missing: RINGBACK_MAIL_FROM is set without it']);
    const wrong = problemsOf({ RINGBACK_SMTP_URL: 'https://user:hunter2@mail.example.com', ...from });
    expect(wrong).toEqual([expect.stringContaining('RINGBACK_SMTP_URL should be smtp:// or smtps://')]);
    expect(wrong.join()).not.toContain('hunter2');
    for (const pair of ['user:hun%ter2', 'us%er:hunter2', 'user:hunter2%', 'user:hunter2%ff'])
      expect(problemsOf({ RINGBACK_SMTP_URL: `smtp://${pair}@mail.example.com`, ...from })).toEqual([
        'RINGBACK_SMTP_URL should be smtp:// or smtps:// with a host, like smtp://user:password@mail.example.com:587, with % written as %25',
      ]);
    for (const bad of ['ringback', 'a@b, c@d', 'A\r\nBcc: x@y <a@b>'])
      expect(problemsOf({ ...smtp, RINGBACK_MAIL_FROM: bad })).toHaveLength(1);
  });

  it.each(['1.5', '1e3', '0x10', '9999999999999999999'])('include %s as a number', (value) => {
    expect(problemsOf({ RINGBACK_WORKER_SLOTS: value })).toHaveLength(1);
  });
});

describe('the administrator', () => {
  const email = 'admin@example.com';
  const password = 'a password of twelve';

  it('is an address and a password, which may be in a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ringback-config-')), 'password');
    writeFileSync(file, `${password}\n`);
    for (const given of [{ RINGBACK_ADMIN_PASSWORD: password }, { RINGBACK_ADMIN_PASSWORD_FILE: file }]) {
      const { adminEmail, adminPassword } = readConfig({ RINGBACK_ADMIN_EMAIL: email, ...given });
      expect([adminEmail, adminPassword]).toEqual([email, password]);
    }
    writeFileSync(file, 'hunter2');
    const [problem] = problemsOf({ RINGBACK_ADMIN_EMAIL: email, RINGBACK_ADMIN_PASSWORD_FILE: file });
    expect(problem).toContain('12 to 128 characters');
    expect(problem).not.toContain('hunter2');
    expect(problemsOf({ RINGBACK_ADMIN_EMAIL: email, RINGBACK_ADMIN_PASSWORD_FILE: '/not/there' })).toHaveLength(1);
  });

  it('is never half of it, nor the password twice', () => {
    const [noPassword] = problemsOf({ RINGBACK_ADMIN_EMAIL: email });
    expect(noPassword).toContain('RINGBACK_ADMIN_PASSWORD (or RINGBACK_ADMIN_PASSWORD_FILE) is missing');
    const [noEmail] = problemsOf({ RINGBACK_ADMIN_PASSWORD: password });
    expect(noEmail).toContain('RINGBACK_ADMIN_EMAIL is missing');
    expect(noEmail).not.toContain(password);
    const twice = {
      RINGBACK_ADMIN_EMAIL: email,
      RINGBACK_ADMIN_PASSWORD: 'hunter2',
      RINGBACK_ADMIN_PASSWORD_FILE: '/not/there',
    };
    expect(problemsOf(twice).join()).toContain('exclude each other');
    expect(problemsOf(twice).join()).not.toContain('hunter2');
  });
});

it('proxies are trusted by their number or their addresses, and nothing else is', () => {
  expect(readConfig({}).trustedProxies).toEqual([]);
  expect(readConfig({ RINGBACK_TRUSTED_PROXIES: '1' }).trustedProxies).toBe(1);
  expect(readConfig({ RINGBACK_TRUSTED_PROXIES: '10.0.0.0/8' }).trustedProxies).toHaveLength(1);
  expect(problemsOf({ RINGBACK_TRUSTED_PROXIES: 'all' })).toHaveLength(1);
});

describe('what web and worker need', () => {
  it('is asked for in one go', () => {
    expect(() => requireServerConfig(readConfig({}))).toThrow(
      /DATABASE_URL is missing.*RINGBACK_AUTH_SECRET is missing.*RINGBACK_ENCRYPTION_KEYS is missing/s,
    );
  });

  it('is passed on when it is there', () => {
    const config = readConfig({
      DATABASE_URL: 'postgresql://u:p@db:5432/x',
      RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
      RINGBACK_ENCRYPTION_KEYS: key('a'),
    });
    expect(requireServerConfig(config).databaseUrl).toBe('postgresql://u:p@db:5432/x');
  });
});
