import { type AllowRule, type EgressRules, parseAllowRule } from '#src/domain/egress/ip-range.ts';

/** Rules for the machine's own addresses. They are allowed in development, and `up --dev` prints that. */
const loopback = ['127.0.0.0/8', '::1/128', 'localhost'];

/** Returns true for an exception that comes with development mode. The operator may have set the same one. */
export function isLoopbackRule(text: string): boolean {
  return loopback.includes(text);
}

/**
 * Returns the egress rules. Allowed are the operator's allow list, loopback addresses in development, and our own
 * built-in target and inbox. Nothing else of our own is.
 */
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
  return { allow, ownOrigins: [...own], ownPath: new URL(config.url).pathname.replace(/\/+$/, '') };
}
