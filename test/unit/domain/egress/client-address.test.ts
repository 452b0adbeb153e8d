import { describe, expect, it } from 'vitest';
import { addressGroup, clientAddress, parseTrustedProxies } from '#src/domain/egress/client-address.ts';

const trusted = (text: string) => parseTrustedProxies(text) ?? [];

describe('the trusted proxies', () => {
  it('are a number, or addresses and ranges', () => {
    expect(parseTrustedProxies('2')).toBe(2);
    expect(parseTrustedProxies('10.0.0.0/8, 192.0.2.7,fd00::/8')).toHaveLength(3);
  });

  it.each(['', '11', '-1', '1.5', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/8/8', 'proxy.internal', '10.0.0.1,'])(
    'are not "%s"',
    (text) => {
      expect(parseTrustedProxies(text)).toBeNull();
    },
  );
});

describe('where a request comes from', () => {
  it('is the address that connected while no proxy is trusted, whatever the header says', () => {
    expect(clientAddress('192.0.2.1', '203.0.113.9', [])).toBe('192.0.2.1');
    expect(clientAddress('192.0.2.1', '203.0.113.9', 0)).toBe('192.0.2.1');
    expect(clientAddress('::ffff:192.0.2.1', undefined, [])).toBe('192.0.2.1');
  });

  it('is named by the last of as many proxies as there are; what callers put before it counts for nothing', () => {
    expect(clientAddress('10.0.0.1', '203.0.113.9', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '1.1.1.1, 203.0.113.9', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', 2)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', undefined, 1)).toBe('10.0.0.1');
  });

  it('is the first address from the end that is no trusted proxy', () => {
    const ours = trusted('10.0.0.0/8');
    expect(clientAddress('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', ours)).toBe('203.0.113.9');
    expect(clientAddress('203.0.113.5', '1.1.1.1', ours)).toBe('203.0.113.5');
    expect(clientAddress('::ffff:10.0.0.1', '203.0.113.9', ours)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '10.0.0.3, 10.0.0.2', ours)).toBe('10.0.0.3');
  });

  it('is the proxy itself when that passes on what is no address', () => {
    expect(clientAddress('10.0.0.1', 'unknown', 1)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '203.0.113.9, ', 1)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '203.0.113.9, <script>, 10.0.0.2', trusted('10.0.0.0/8'))).toBe('10.0.0.2');
  });

  it('is read with ports, brackets and zones', () => {
    expect(clientAddress('10.0.0.1', '203.0.113.9:4711', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '[2001:db8::1]:4711', 1)).toBe('2001:db8:0:0:0:0:0:1');
    expect(clientAddress('fe80::1%eth0', undefined, 1)).toBe('fe80:0:0:0:0:0:0:1');
    expect(clientAddress('unknown', '203.0.113.9', 1)).toBe('unknown');
  });
});

it('tries are counted for an IPv4 address, and for the first 64 bits of an IPv6 one', () => {
  expect(addressGroup('192.0.2.1')).toBe('192.0.2.1');
  expect(addressGroup('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(addressGroup('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
  expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1');
});
