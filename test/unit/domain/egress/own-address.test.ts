import { describe, expect, it } from 'vitest';
import { checkTargetUrl, connectVerdict, type EgressRules, parseAllowRule } from '#src/domain/egress/target-url.ts';

function allowing(...rules: string[]): EgressRules {
  return { allow: rules.flatMap((rule) => parseAllowRule(rule) ?? []), ownOrigins: [] };
}

function verdict(url: string, rules: EgressRules): string {
  const checked = checkTargetUrl(url, rules);
  return checked.ok ? 'ok' : checked.code;
}

const allowed = (url: string, address: string, rules: EgressRules) =>
  connectVerdict(new URL(url), address, rules).allowed;

describe('Ringback itself', () => {
  it('opens nothing but the playground, by whatever host and port', () => {
    const origins = ['https://ringback.example.com', 'http://localhost:4600', 'http://127.0.0.1:4600'];
    const own: EgressRules = { ...allowing('0.0.0.0/0', 'localhost', 'ringback.example.com'), ownOrigins: origins };
    const places = [
      'https://ringback.example.com',
      'https://ringback.example.com.',
      'http://ringback.example.com:4600',
    ];
    for (const place of [
      ...places,
      'http://localhost:4600',
      'http://127.9.9.9:4600',
      'http://[::ffff:127.0.0.1]:4600',
    ]) {
      for (const path of [
        '/',
        '/v1/jobs',
        '/playground/',
        '/playground/target/',
        '/playground/inbox/%2e%2e',
        '/playground',
      ])
        expect([place + path, verdict(place + path, own)]).toEqual([place + path, 'blocked_target']);
      const open = checkTargetUrl(`${place}/playground/target?plan=200`, own);
      expect([place, JSON.stringify(open)]).not.toEqual([place, expect.stringContaining('Ringback itself')]);
    }
    expect(verdict('https://ringback.example.com/playground/target', own)).toBe('ok');
    expect(verdict('https://localhost/app', own)).toBe('ok');
    expect(verdict('https://ringback.example.com:8443/app', own)).toBe('ok');
  });

  it('at an origin that it shares with others is its own path only', () => {
    const own: EgressRules = {
      allow: [],
      ownOrigins: ['https://example.com', 'http://localhost:4600'],
      ownPath: '/rb',
    };
    expect(verdict('https://example.com/rb/playground/target', own)).toBe('ok');
    expect(verdict('https://example.com/rb/v1/jobs', own)).toBe('blocked_target');
    expect(verdict('https://example.com/shop', own)).toBe('ok');
    expect(verdict('https://example.com/rbx', own)).toBe('ok');
  });

  it('is not reached by another name of this machine', () => {
    const rules: EgressRules = { ...allowing('127.0.0.0/8', 'app.example'), ownOrigins: ['http://localhost:4600'] };
    expect(allowed('http://app.example:4600/playground/target', '127.0.0.1', rules)).toBe(false);
    expect(allowed('http://app.example:4600/playground/target', '::1', rules)).toBe(false);
    expect(allowed('http://app.example:4601/', '127.0.0.1', rules)).toBe(true);
    expect(allowed('http://app.example:4600/', '10.0.0.1', rules)).toBe(true);
  });
});
