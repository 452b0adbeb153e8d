import { type AllowRule, type EgressRules, parseAllowRule } from '#src/domain/egress/ip-range.ts';

/** In development the machine's own addresses are allowed, and `up --dev` says so. */
const loopback = ['127.0.0.0/8', '::1/128', 'localhost'];

/** One of the exceptions that come with development and not from the operator. */
export function isLoopbackRule(text: string): boolean {
  return loopback.includes(text);
}

/** What may be reached: the operator's allow list, loopback in development, and our own built-in target and inbox. */
export function egressRules(config: {
  egressAllow: readonly string[];
  dev: boolean;
  url: string;
  port: number;
}): EgressRules {
  const texts = [...config.egressAllow, ...(config.dev ? loopback : [])];
  const allow = texts.map(parseAllowRule).filter((rule): rule is AllowRule => rule !== null);
  const own = new Set([
    new URL(config.url).origin,
    `http://localhost:${config.port}`,
    `http://127.0.0.1:${config.port}`,
  ]);
  return { allow, ownOrigins: [...own] };
}
