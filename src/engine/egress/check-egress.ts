import type { EgressVerdict, EgressView } from '#src/contract/project/egress-check.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { type EgressRules, strictEgress } from '#src/domain/egress/egress-rules.ts';
import { checkTargetUrl, connectVerdict, isAddress } from '#src/domain/egress/target-url.ts';
import { isLoopbackRule } from './egress.ts';

/** All addresses of a name; rejects when it has none. */
export type LookUp = (hostname: string) => Promise<string[]>;

type CheckOptions = { egress: EgressRules; lookUp: LookUp; nowMs: () => number; mayKnowAddresses: boolean };

/** The exceptions from the egress rules, as configured. */
export function egressView(egress: EgressRules, dev: boolean): EgressView {
  return {
    allowed: egress.allow.map((rule) => rule.text).filter((text) => !(dev && isLoopbackRule(text))),
    setting: 'RINGBACK_EGRESS_ALLOW',
    ownMachineAllowed: dev,
  };
}

/**
 * What a request to this URL would be told, asked the way a worker asks: its form first, then every address its name has.
 * A name may resolve otherwise by the time of a request; the guard judges anew at every connection. What addresses names have
 * in here is for administrators.
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

/** Whether it took an exception, or the rules themselves let it through. */
function allowedBecause(text: string, egress: EgressRules): string {
  const url = new URL(text);
  if (egress.ownOrigins.includes(url.origin)) return "This is Ringback's own address, which is always allowed.";
  return checkTargetUrl(text, strictEgress).ok
    ? 'Nothing in the rules is against it.'
    : 'The rules would refuse it; the allow list lets it through.';
}
