import type { EgressVerdict, EgressView } from '#src/contract/project/egress-check.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { type EgressRules, strictEgress } from '#src/domain/egress/egress-rules.ts';
import { checkTargetUrl, connectVerdict, isAddress } from '#src/domain/egress/target-url.ts';
import { isLoopbackRule } from './egress.ts';

/** Returns all addresses of a host name. Rejects if it has none. */
export type LookUp = (hostname: string) => Promise<string[]>;

type CheckOptions = { egress: EgressRules; lookUp: LookUp; nowMs: () => number; mayKnowAddresses: boolean };

/** Returns the configured exceptions from the egress rules. */
export function egressView(egress: EgressRules, dev: boolean): EgressView {
  return {
    allowed: egress.allow.map((rule) => rule.text).filter((text) => !(dev && isLoopbackRule(text))),
    setting: 'RINGBACK_EGRESS_ALLOW',
    ownMachineAllowed: dev,
  };
}

/**
 * Returns whether a worker may send a request to this URL, and the reason. It checks the form of the URL and then every
 * address of its host, as a worker does. The host may have other addresses at the time of a request, so the guard
 * checks every connection again. The addresses are returned only to administrators (`mayKnowAddresses`).
 */
export async function checkEgress(
  text: string,
  { egress, lookUp, nowMs, mayKnowAddresses }: CheckOptions,
): Promise<EgressVerdict> {
  const startedMs = nowMs();
  const verdict = (rest: Omit<EgressVerdict, 'url' | 'tookMs'>): EgressVerdict => ({
    url: text,
    ...rest,
    tookMs: nowMs() - startedMs,
  });
  const target = checkTargetUrl(text, egress);
  if (!target.ok) return verdict({ allowed: false, reason: target.message, code: target.code, addresses: [] });
  const url = new URL(target.href);
  if (isAddress(url))
    return verdict({ allowed: true, reason: allowedBecause(text, egress), code: null, addresses: [] });
  let found: string[];
  try {
    found = await lookUp(target.host);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const reason = `${target.host} could not be resolved from here: a job would fail with dns_error until it can.`;
    return verdict({ allowed: false, reason, code: 'dns_error', addresses: [] });
  }
  let message: string | undefined;
  const judged = found.map((address) => {
    const one = connectVerdict(url, address, egress);
    if (!one.allowed) message ??= one.message;
    return { address, allowed: one.allowed, reason: one.allowed ? 'may be dialled' : `${one.what} (${one.range})` };
  });
  const addresses = mayKnowAddresses ? judged : [];
  if (message !== undefined) return verdict({ allowed: false, reason: message, code: 'blocked_target', addresses });
  return verdict({ allowed: true, reason: allowedBecause(text, egress), code: null, addresses });
}

/** Returns the reason why a URL is allowed: an exception, or the rules themselves. */
function allowedBecause(text: string, egress: EgressRules): string {
  const url = new URL(text);
  if (egress.ownOrigins.includes(url.origin)) return "This is Ringback's own playground, which is always allowed.";
  return checkTargetUrl(text, strictEgress).ok
    ? 'Nothing in the rules is against it.'
    : 'The rules would refuse it; the allow list lets it through.';
}
