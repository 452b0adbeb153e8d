import { describe, expect, it } from 'vitest';
import {
  checkTargetUrl,
  connectVerdict,
  type EgressRules,
  parseAllowRule,
  strictEgress,
} from '#src/domain/egress/target-url.ts';

function egress(...allow: string[]): EgressRules {
  return {
    allow: allow.map((text) => {
      const rule = parseAllowRule(text);
      if (rule === null) throw new Error(`not a rule: ${text}`);
      return rule;
    }),
    ownOrigins: [],
  };
}

function verdict(url: string, rules: EgressRules = strictEgress): string {
  const checked = checkTargetUrl(url, rules);
  return checked.ok ? 'ok' : checked.code;
}

/** Addresses in every spelling a URL knows, by the number of their case. */
const blocked: [string, ...string[]][] = [
  ['S1', 'http://127.0.0.1/'],
  ['S2-S3', 'http://127.1/', 'http://127.0.1/'],
  ['S4-S6', 'http://2130706433/', 'http://0x7f000001/', 'http://0x7f.0.0.1/', 'http://0x7f.1/'],
  ['S7-S8', 'http://017700000001/', 'http://0177.0.0.1/', 'http://0177.0.0.01/'],
  ['S9-S10', 'http://127.0.0.1./', 'http://127.255.255.254/'],
  ['S11-S13', 'http://0/', 'http://00000.0.0.1/'],
  ['S14-S17', 'http://①②⑦.⓪.⓪.①/', 'http://１２７.０.０.１/', 'http://127。0。0。1/', 'http://%31%32%37.0.0.1/'],
  ['S18', 'http://localhost/', 'http://LOCALHOST', 'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/'],
  ['S19-S20', 'http://localhost./', 'http://foo.localhost/', 'http://localhost.localdomain/', 'http://ip6-localhost/'],
  ['S21-S22', 'http://[::]/', 'http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/', 'http://[0000:0000::0001]/'],
  ['S23-S25', 'http://[::ffff:127.0.0.1]/', 'http://[::127.0.0.1]/', 'http://[::ffff:0:127.0.0.1]/'],
  [
    'S27-S30',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xA9FEA9FE/',
    'http://0251.0376.0251.0376/',
  ],
  ['S32', 'http://[::ffff:a9fe:a9fe]/'],
  ['S34-S36', 'http://169.254.170.2/', 'http://169.254.170.23/', 'http://[fd00:ec2::23]/', 'http://[fd00:ec2::254]/'],
  ['S37', 'http://metadata.google.internal/', 'http://[fd20:ce::254]/'],
  ['S38-S41', 'http://168.63.129.16/', 'http://100.100.100.200/', 'http://192.0.0.192/', 'http://169.254.0.23/'],
  [
    'S42-S46',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2001:0:a9fe:a9fe::1]/',
  ],
  [
    'S48-S49',
    'http://[fe80::5efe:10.0.0.1]/',
    'http://[2606:4700::5efe:127.0.0.1]/',
    'http://[2606:4700::200:5efe:8.8.8.8]/',
  ],
  ['S50-S54', 'http://[fe80::1]/', 'http://[fec0::1]/', 'http://[fc00::1]/', 'http://[fd12::1]/'],
  ['S55-S56', 'http://[ff02::1]/', 'http://[100::1]/', 'http://[100:0:0:1::1]/'],
  [
    'S57',
    'http://[2001:db8::1]/',
    'http://[3fff::1]/',
    'http://[5f00::1]/',
    'http://[2001:2::1]/',
    'http://[2001:10::1]/',
    'http://[2001:20::1]/',
  ],
  ['S58', 'http://[4000::1]/', 'http://[1234::1]/', 'http://[e000::1]/'],
  [
    'S60',
    'http://10.0.0.0/',
    'http://10.255.255.255/',
    'http://172.16.0.0/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://10.1/',
    'http://192.168.257/',
  ],
  [
    'S61-S62',
    'http://100.64.0.1/',
    'http://100.127.255.255/',
    'http://198.18.0.1/',
    'http://198.19.255.255/',
    'http://192.0.0.1/',
    'http://192.0.2.1/',
  ],
  ['S62', 'http://198.51.100.1/', 'http://203.0.113.1/', 'http://192.88.99.1/'],
  ['S63', 'http://192.31.196.1/', 'http://192.52.193.1/', 'http://192.175.48.1/'],
  ['S64', 'http://224.0.0.1/', 'http://239.255.255.255/', 'http://240.0.0.1/', 'http://4294967295/'],
  ['S70', 'http:///127.0.0.1/', 'http:127.0.0.1/', 'http:\\\\127.0.0.1/', 'https:/127.0.0.1/'],
  ['S80', 'http://example.com:22/', 'http://example.com:25/', 'http://example.com:6379/', 'https://example.com:5432/'],
  [
    'names',
    'http://intranet/',
    'http://db.local/',
    'http://a.internal/',
    'http://x.home.arpa/',
    'http://x.onion/',
    'http://x.test/',
    'http://x.invalid./',
  ],
];

const refused: [string, ...string[]][] = [
  ['S51', 'http://[fe80::1%25eth0]/', 'http://[fe80::1%eth0]/'],
  [
    'S65-S67',
    'http://user:pass@example.com/',
    'http://example.com@127.0.0.1/',
    'http://127.0.0.1@example.com/',
    'http://:p@example.com/',
  ],
  ['S72', 'http://exa%00mple.com/'],
  ['S74', 'http://example.com/a\r\nb', 'http://example.com/a\tb', ' \nhttp://example.com/'],
  ['S75', 'http://../', 'http://a..b/', 'http://xn--/', 'http://', 'http://./'],
  ['S77', 'http://example.com/#top', 'http://example.com/#'],
  [
    'S78',
    `http://example.com/${'a'.repeat(2_048)}`,
    `http://example.com/?${'a=1&'.repeat(64)}b`,
    `http://example.com/${'ä'.repeat(800)}`,
  ],
  [
    'S79',
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'data:text/plain,hi',
    'javascript:alert(1)',
    'blob:http://example.com/1',
    'ws://example.com/',
    'unix:/run/a.sock',
    'http+unix://%2Frun/',
  ],
  ['S80', 'http://example.com:0/', 'http://example.com:65536/'],
  [
    'forms',
    '',
    'example.com',
    '/path',
    '//example.com/',
    'http://4294967296/',
    'http://1.2.3.08/',
    'http://1.2.3.4.5/',
  ],
];

const allowed: [string, ...string[]][] = [
  ['S59', 'http://[2606:4700:4700::1111]/'],
  [
    'S60',
    'http://172.15.255.255/',
    'http://172.32.0.1/',
    'http://9.255.255.255/',
    'http://11.0.0.0/',
    'http://192.167.255.255/',
  ],
  ['S61', 'http://100.63.255.255/', 'http://100.128.0.1/'],
  ['S69', 'http://example.com\\@127.0.0.1/'],
  ['S73', 'http://127.0.0.1%2eexample.com/'],
  ['S74', 'http://example.com/a%0d%0ab'],
  ['S76', 'http://exa\u00admple.com/', 'http://ｅxample.com/'],
  [
    'ports',
    'https://example.com:443/',
    'http://example.com:8080/',
    'https://example.com:3000/',
    'http://8.8.8.8:49152/',
  ],
];

const flat = (table: [string, ...string[]][]) =>
  table.flatMap(([name, ...urls]) => urls.map((url) => [name, url] as const));

describe('target URLs', () => {
  it.each(flat(blocked))('%s: %s is blocked', (_, url) => expect(verdict(url)).toBe('blocked_target'));
  it.each(flat(refused))('%s: %s is refused', (_, url) => expect(verdict(url)).toBe('invalid_url'));
  it.each(flat(allowed))('%s: %s is allowed', (_, url) => expect(verdict(url)).toBe('ok'));

  it('come out as the parser normalises them', () => {
    expect(checkTargetUrl('HTTPS://Example.COM.:443/a b?q=ä', strictEgress)).toEqual({
      ok: true,
      href: 'https://example.com./a%20b?q=%C3%A4',
      host: 'example.com',
      origin: 'https://example.com.',
    });
    expect(checkTargetUrl('http://example.com\\@127.0.0.1/', strictEgress)).toMatchObject({ host: 'example.com' });
    expect(checkTargetUrl('http://[2606:4700:4700::1111]:8080/', strictEgress)).toMatchObject({
      host: '2606:4700:4700::1111',
    });
  });

  it('name the cure when they are blocked, and never their path', () => {
    const checked = checkTargetUrl('http://10.1.2.3/secret?token=abc', strictEgress);
    expect(checked).toEqual({
      ok: false,
      code: 'blocked_target',
      message:
        'http://10.1.2.3/ points at a private address (10.0.0.0/8). To allow it, set RINGBACK_EGRESS_ALLOW=10.1.2.3/32',
    });
  });

  it.each(flat(blocked).filter(([name]) => name !== 'S80'))(
    '%s: %s is let through by the cure its refusal names',
    (_, url) => {
      const checked = checkTargetUrl(url, strictEgress);
      const cure = checked.ok ? '' : (checked.message.split('RINGBACK_EGRESS_ALLOW=')[1] ?? '');
      expect(verdict(url, egress(cure))).toBe('ok');
    },
  );
});

describe('allow rules', () => {
  it.each([
    ['10.0.0.0/8', 'http://10.200.0.1/', 'ok'],
    ['10.0.0.0/8', 'http://172.16.0.1/', 'blocked_target'],
    ['127.0.0.1', 'http://127.0.0.1:3000/', 'ok'],
    ['127.0.0.1', 'http://127.0.0.2:3000/', 'blocked_target'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000/', 'ok'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3001/', 'blocked_target'],
    ['127.0.0.1:6379', 'http://127.0.0.1:6379/', 'ok'],
    ['127.0.0.1:6379', 'http://8.8.8.8:6379/', 'blocked_target'],
    ['127.0.0.0/8', 'http://127.0.0.1:6379/', 'blocked_target'],
    ['[::1]:8080', 'http://[::1]:8080/', 'ok'],
    ['::1/128', 'http://[::1]/', 'ok'],
    ['10.0.0.0/8', 'http://[::ffff:10.0.0.1]/', 'ok'],
    ['::ffff:10.0.0.0/104', 'http://10.0.0.1/', 'ok'],
    ['localhost', 'http://localhost:3000/', 'ok'],
    ['localhost:3000', 'http://LOCALHOST.:3000/', 'ok'],
    ['localhost:3000', 'http://localhost:3001/', 'blocked_target'],
    ['api.internal', 'http://api.internal/', 'ok'],
    ['api.internal', 'http://x.api.internal/', 'blocked_target'],
    ['*.corp.internal', 'http://a.b.corp.internal/', 'ok'],
    ['*.corp.internal', 'http://corp.internal/', 'blocked_target'],
    ['*.corp.internal', 'http://evilcorp.internal/', 'blocked_target'],
    ['*.google.internal', 'http://metadata.google.internal/', 'blocked_target'],
    ['metadata.google.internal', 'http://metadata.google.internal/', 'ok'],
    ['db.example.com:5432', 'http://db.example.com:5432/', 'ok'],
    ['169.254.0.0/16', 'http://169.254.1.1/', 'ok'],
    ['169.254.0.0/16', 'http://169.254.169.254/', 'blocked_target'],
    ['0.0.0.0/0', 'http://169.254.169.254/', 'blocked_target'],
    ['0.0.0.0/0', 'http://[::ffff:a9fe:a9fe]/', 'blocked_target'],
    ['0.0.0.0/0', 'http://168.63.129.16/', 'blocked_target'],
    ['169.254.169.254/32', 'http://169.254.169.254/', 'ok'],
    ['64:ff9b::/96', 'http://[64:ff9b::8.8.8.8]/', 'ok'],
    ['64:ff9b::/96', 'http://[64:ff9b::10.0.0.1]/', 'blocked_target'],
    ['::/0', 'http://[64:ff9b::a9fe:a9fe]/', 'blocked_target'],
    ['fc00::/7', 'http://[fd00:ec2::254]/', 'blocked_target'],
    ['fc00::/7', 'http://[fd12::1]/', 'ok'],
  ])('with %s, %s is %s', (rule, url, expected) => expect(verdict(url, egress(rule))).toBe(expected));

  it.each([
    '',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0/8',
    '256.0.0.1',
    'http://a.b',
    'a b',
    '*',
    '*.',
    'a..b',
    'host:0',
    'host:70000',
    '1.2.3',
    '::ffff:0:0/90',
    '-a.b',
    '[::1',
  ])('"%s" is none', (text) => expect(parseAllowRule(text)).toBeNull());

  it('are not needed for own origins, which are exact', () => {
    const own: EgressRules = { allow: [], ownOrigins: ['http://localhost:4600'] };
    expect(verdict('http://localhost:4600/playground/inbox/a', own)).toBe('ok');
    expect(verdict('http://localhost:4601/playground/inbox/a', own)).toBe('blocked_target');
    expect(verdict('https://localhost:4600/playground/inbox/a', own)).toBe('blocked_target');
  });
});

describe('addresses that a name resolved to', () => {
  const at = (url: string, address: string, rules = strictEgress) =>
    connectVerdict(new URL(url), address, rules).allowed;

  it('are judged for themselves, whatever the name', () => {
    expect(at('http://example.com/', '93.184.215.14')).toBe(true);
    expect(at('http://example.com/', '127.0.0.1')).toBe(false);
    expect(at('http://example.com/', 'fe80::1%eth0')).toBe(false);
    expect(at('http://example.com/', '::ffff:10.0.0.1')).toBe(false);
  });

  it('may be private when the host is named or the origin is our own, but never metadata', () => {
    expect(at('http://api.internal/', '10.0.0.1', egress('api.internal'))).toBe(true);
    expect(at('http://api.internal/', '169.254.169.254', egress('api.internal'))).toBe(false);
    expect(at('http://localhost:4600/', '::1', { allow: [], ownOrigins: ['http://localhost:4600'] })).toBe(true);
  });

  it('are refused with the cure, which tells nothing of the network in here', () => {
    const message = (url: string, address: string) => connectVerdict(new URL(url), address, strictEgress);
    expect(message('http://a.example/x?y', '192.168.1.1')).toMatchObject({
      message:
        'http://a.example/ leads to an address that is not public. To allow it, set RINGBACK_EGRESS_ALLOW=a.example',
      range: '192.168.0.0/16',
    });
    expect(message('https://a.example:8443/', '169.254.169.254')).toMatchObject({
      message:
        'https://a.example:8443/ leads to a cloud metadata address, for which it takes a rule of its own in RINGBACK_EGRESS_ALLOW',
    });
    // Whoever wrote the address knows it.
    expect(message('http://192.168.1.1/', '192.168.1.1')).toMatchObject({
      message:
        'http://192.168.1.1/ points at a private address (192.168.0.0/16). To allow it, set RINGBACK_EGRESS_ALLOW=192.168.1.1/32',
    });
  });

  it('are let through by the cure', () => {
    const { message } = connectVerdict(new URL('http://a.example/'), 'fd00::1', strictEgress) as { message: string };
    expect(at('http://a.example/', 'fd00::1', egress(message.split('=')[1] ?? ''))).toBe(true);
  });
});
