import { TLSSocket } from 'node:tls';
import type { AllowRule, EgressRules } from '#src/domain/egress/egress-rules.ts';
import { bareHost, portOf } from '#src/domain/egress/own-address.ts';
import { checkTargetUrl, connectVerdict, isAddress, strictEgress } from '#src/domain/egress/target-url.ts';
import { classify } from '#src/outbound/classify.ts';
import { type Dial, Dialling } from '#src/outbound/dial.ts';
import type { Lookup } from '#src/outbound/resolve.ts';

/** One address of a host, and what decides about it. */
export type AddressFinding = { address: string; allowed: boolean; why: string };

/** The connection that was tried. Nothing was sent over it. */
export type ConnectFinding =
  | {
      ok: true;
      address: string | null;
      connectMs: number;
      tls: { version: string; handshakeMs: number; subject: string; validUntil: string } | null;
    }
  | { ok: false; error: string };

/** What becomes of a request to one URL. */
export type WayFinding = {
  url: string;
  host: string | null;
  port: number | null;
  addresses: AddressFinding[];
  /** `refused` by the rules, `unreachable` or without an address, or `allowed` and connected. */
  verdict: 'allowed' | 'refused' | 'unreachable';
  why: string;
  connect: ConnectFinding | null;
};

export type WayTools = { egress: EgressRules; lookup: Lookup; dial: Dial };

/** Finds out where a URL leads and what the rules say of it, and connects if they allow that. Never rejects. */
export async function findWay(text: string, tools: WayTools): Promise<WayFinding> {
  const { egress, lookup } = tools;
  const target = checkTargetUrl(text, egress);
  const parsed = URL.parse(text);
  const place = { host: parsed && bareHost(parsed), port: parsed && portOf(parsed) };
  const nowhere = { url: text, ...place, addresses: [], connect: null };
  if (!target.ok) return { ...nowhere, verdict: 'refused', why: target.message };
  const url = new URL(target.href);
  let found: string[];
  try {
    found = isAddress(url) ? [target.host] : await lookup(target.host);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...nowhere, verdict: 'unreachable', why: `${target.host} does not resolve: ${reason}` };
  }
  const addresses = found.map((address) => judge(url, address, egress));
  const refused = addresses.filter(({ allowed }) => !allowed);
  if (refused.length > 0) {
    const names = refused.map(({ address }) => address).join(', ');
    const message = found
      .map((address) => connectVerdict(url, address, egress))
      .find(({ message }) => message)?.message;
    return { ...nowhere, addresses, verdict: 'refused', why: message ?? `${names} may not be dialled` };
  }
  const connect = await tryConnect(url, target.host, tools.dial);
  const why = whyAllowed(text, egress);
  return connect.ok
    ? { ...nowhere, addresses, verdict: 'allowed', why, connect }
    : { ...nowhere, addresses, verdict: 'unreachable', why: connect.error, connect };
}

function judge(url: URL, address: string, egress: EgressRules): AddressFinding {
  const verdict = connectVerdict(url, address, egress);
  if (!verdict.allowed) return { address, allowed: false, why: `${verdict.what} (${verdict.range})` };
  if (connectVerdict(url, address, { ...egress, allow: [] }).allowed)
    return { address, allowed: true, why: egress.ownOrigins.includes(url.origin) ? 'Ringback itself' : 'public' };
  return { address, allowed: true, why: `by ${ruleFor((one) => connectVerdict(url, address, one).allowed, egress)}` };
}

/** Returns the text of the first rule that is enough by itself. */
function ruleFor(isAllowed: (egress: EgressRules) => boolean, egress: EgressRules): string {
  const alone = (rule: AllowRule) => isAllowed({ ...egress, allow: [rule] });
  return egress.allow.find(alone)?.text ?? 'several rules together';
}

function whyAllowed(text: string, egress: EgressRules): string {
  if (egress.ownOrigins.includes(new URL(text).origin)) return "Ringback's own playground";
  if (checkTargetUrl(text, strictEgress).ok) return 'nothing in the rules is against it';
  return `its URL is allowed by ${ruleFor((one) => checkTargetUrl(text, one).ok, egress)}`;
}

async function tryConnect(url: URL, host: string, dial: Dial): Promise<ConnectFinding> {
  const { protocol, port } = url;
  const destination = { protocol, hostname: host, host: url.host, port, servername: isAddress(url) ? '' : host };
  try {
    const { socket, remoteAddress, connectMs, tlsMs } = await dial(destination, new Dialling());
    const tls = socket instanceof TLSSocket ? factsOf(socket, tlsMs ?? 0) : null;
    socket.destroy();
    return { ok: true, address: remoteAddress, connectMs, tls };
  } catch (error) {
    const failure = classify(error, { sent: false, responding: false, peerEnded: false, bodyFellShort: false });
    return { ok: false, error: failure.kind === 'connect_timeout' ? 'It took too long to connect' : failure.message };
  }
}

function factsOf(socket: TLSSocket, handshakeMs: number) {
  const { subject, valid_to: until } = socket.getPeerCertificate();
  return {
    version: socket.getProtocol() ?? 'unknown',
    handshakeMs,
    subject: String(subject?.CN ?? 'a certificate without a common name'),
    validUntil: new Date(until).toISOString(),
  };
}
