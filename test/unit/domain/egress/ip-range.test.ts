import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { parseIp } from '#src/domain/egress/ip-address.ts';
import { addressVerdict, strictEgress } from '#src/domain/egress/ip-range.ts';

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const noise = fc.oneof(ipv4, ipv6, fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:%/') }));

function addresses(text: string): number[] {
  const parsed = parseIp(text);
  if (parsed === null) throw new Error(`not an address: ${text}`);
  return parsed.version === 4 ? [parsed.value] : parsed.groups;
}

describe('reading addresses', () => {
  it('accepts what Node accepts, zone ids apart', () => {
    fc.assert(
      fc.property(noise, (text) => {
        fc.pre(!text.includes('%'));
        expect(parseIp(text)?.version ?? 0).toBe(isIP(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads the same numbers as ipaddr.js', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        // ipaddr.js reads `::1.2.3.4` as if it were mapped; the URL parser writes it in hex first.
        const plain = text.includes(':') ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : text;
        const oracle = ipaddr.parse(plain);
        const expected =
          oracle instanceof ipaddr.IPv6
            ? oracle.parts
            : [oracle.toByteArray().reduce((value, byte) => value * 256 + byte, 0)];
        expect(addresses(text)).toEqual(expected);
      }),
    );
  });

  it.each([
    'fe80::1%eth0',
    '[::1]',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '::1::',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    '1.2.3.4::',
    '',
  ])('refuses "%s"', (text) => {
    expect(parseIp(text)).toBeNull();
    expect(addressVerdict(text, strictEgress).allowed).toBe(false);
  });
});

describe('special ranges', () => {
  it('refuses every IPv4 address that ipaddr.js does not call unicast', () => {
    fc.assert(
      fc.property(ipv4, (text) => {
        fc.pre(ipaddr.IPv4.parse(text).range() !== 'unicast');
        expect(addressVerdict(text, strictEgress).allowed).toBe(false);
      }),
    );
  });

  it('agrees with net.BlockList on which IPv4 addresses are special', () => {
    const list = new BlockList();
    const subnets =
      '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32';
    for (const subnet of subnets.split(' ')) {
      const [base = '', prefix] = subnet.split('/');
      list.addSubnet(base, Number(prefix));
    }
    // Random addresses seldom meet small ranges: take the edges of each, one step in and out.
    const edges = subnets.split(' ').flatMap((subnet) => {
      const [base = '', prefix] = subnet.split('/');
      const first = addresses(base)[0] ?? 0;
      const last = first + 2 ** (32 - Number(prefix)) - 1;
      return [first - 1, first, last, last + 1].filter((value) => value >= 0 && value < 2 ** 32);
    });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.nat(0xffff_ffff)), (value) => {
        const text = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
        expect(addressVerdict(text, strictEgress).allowed).toBe(!list.check(text));
        expect(addressVerdict(`::ffff:${text}`, strictEgress).allowed).toBe(!list.check(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses every IPv6 address outside 2000::/3 and every one that ipaddr.js calls special', () => {
    fc.assert(
      fc.property(ipv6, (text) => {
        const oracle = ipaddr.IPv6.parse(text);
        fc.pre(!oracle.isIPv4MappedAddress());
        const outside = ((oracle.parts[0] ?? 0) & 0xe000) !== 0x2000;
        fc.pre(outside || oracle.range() !== 'unicast');
        expect(addressVerdict(text, strictEgress).allowed).toBe(false);
      }),
    );
  });

  it('says which range refused an address', () => {
    expect(addressVerdict('10.1.2.3', strictEgress)).toEqual({
      allowed: false,
      range: '10.0.0.0/8',
      what: 'a private address',
    });
    expect(addressVerdict('169.254.169.254', strictEgress)).toMatchObject({ what: 'a cloud metadata address' });
    expect(addressVerdict('4000::1', strictEgress)).toMatchObject({ range: 'outside 2000::/3' });
  });
});
