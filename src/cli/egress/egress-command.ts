import { type Config, readConfig } from '#src/config.ts';
import { proxyPlace } from '#src/domain/egress/way-out.ts';
import { limits } from '#src/domain/limits.ts';
import { egressRules } from '#src/engine/egress/egress.ts';
import { Deadlines } from '#src/outbound/deadlines.ts';
import { makeDial } from '#src/outbound/dial.ts';
import { makeGuard } from '#src/outbound/guard.ts';
import { redirectLocation } from '#src/outbound/redirect.ts';
import { type Lookup, makeLookup } from '#src/outbound/resolve.ts';
import { makeSend } from '#src/outbound/send.ts';
import { findWay, type WayFinding } from './way-to-target.ts';

/** What `ringback egress check` prints of one URL. */
export type EgressReport = WayFinding & {
  /** Host and port of the proxy; null: none. */
  proxy: string | null;
  /** The URLs that it redirects to, as they were followed. */
  redirects: WayFinding[];
};

const timeoutMs = 15_000;

/** Runs `ringback egress check` and returns the exit code: 1 if a URL is refused, else 3 if one is not reached. */
export async function egressCheck(
  urls: readonly string[],
  options: { follow?: boolean; json?: boolean },
): Promise<0 | 1 | 3> {
  const reports = await checkWays(urls, readConfig(), options);
  console.log(options.json ? JSON.stringify({ urls: reports }) : reports.map(reportText).join('\n\n'));
  return exitCodeOf(reports);
}

/** Checks URLs by these settings. `follow`: a GET is sent to each, and where it redirects to is checked too. */
export async function checkWays(
  urls: readonly string[],
  config: Config,
  { follow = false, lookup = makeLookup(config.dnsServers) }: { follow?: boolean; lookup?: Lookup } = {},
): Promise<EgressReport[]> {
  const egress = egressRules(config);
  const proxy = config.egressProxy ?? null;
  const dial = makeDial(makeGuard(egress, lookup), new Deadlines(), proxy);
  const { send, close } = makeSend({
    egress,
    lookup,
    proxy,
    connectionsPerOrigin: 1,
    maxHeaderBytes: config.maxResponseHeaderBytes,
    bodyMemoryBytes: 1024 * 1024,
  });
  const next = async (url: string): Promise<string | null> => {
    const request = { method: 'GET', headers: [], body: null, timeoutMs, maxResponseBytes: 1024, maxRedirects: 0 };
    const outcome = await send({ ...request, url });
    const location = outcome.kind === 'response' ? redirectLocation(outcome.status, outcome.headers) : null;
    return location === null ? null : (URL.parse(location, url)?.href ?? location);
  };
  const report = async (text: string): Promise<EgressReport> => {
    const first = await findWay(text, { egress, lookup, dial });
    const redirects: WayFinding[] = [];
    let last = first;
    while (follow && last.verdict === 'allowed' && redirects.length < limits.redirects) {
      const url = await next(last.url);
      if (url === null) break;
      last = await findWay(url, { egress, lookup, dial });
      redirects.push(last);
    }
    return { ...first, proxy: proxy && proxyPlace(proxy), redirects };
  };
  try {
    return await Promise.all(urls.map(report));
  } finally {
    await close();
  }
}

/** Returns 1 if a URL is refused, 3 if one is not reached, else 0. */
export function exitCodeOf(reports: readonly EgressReport[]): 0 | 1 | 3 {
  const verdicts = reports.flatMap((report) => [report, ...report.redirects].map(({ verdict }) => verdict));
  if (verdicts.includes('refused')) return 1;
  return verdicts.includes('unreachable') ? 3 : 0;
}

/** Returns a report as lines of text. */
export function reportText(report: EgressReport): string {
  const proxy = report.proxy === null ? [] : [`  proxy     ${report.proxy}`];
  const redirects = report.redirects.flatMap((way) => ['', `  redirects to ${way.url}`, ...linesOf(way)]);
  return [report.url, ...proxy, ...linesOf(report), ...redirects].join('\n');
}

function linesOf({ host, port, addresses, connect, verdict, why }: WayFinding): string[] {
  const lines = host === null ? [] : [`  host      ${host}, port ${port}`];
  for (const { address, allowed, why: reason } of addresses)
    lines.push(`  address   ${address}  ${allowed ? 'allowed' : 'refused'}: ${reason}`);
  if (connect?.ok) {
    const { address, connectMs, tls } = connect;
    lines.push(`  connect   ${address ?? 'an address'} in ${connectMs.toFixed(1)} ms`);
    if (tls !== null) {
      const until = tls.validUntil.slice(0, 10);
      lines.push(`  TLS       ${tls.version} in ${tls.handshakeMs.toFixed(1)} ms, for ${tls.subject} until ${until}`);
    }
  }
  return [...lines, `  ${verdict.padEnd(8)}  ${why}`];
}
