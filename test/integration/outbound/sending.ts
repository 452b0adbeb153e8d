import { onTestFinished } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import type { EgressRules } from '#src/domain/egress/target-url.ts';
import { parseAllowRule } from '#src/domain/egress/target-url.ts';
import type { EgressProxy } from '#src/domain/egress/way-out.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { Lookup } from '#src/outbound/resolve.ts';
import { makeSend } from '#src/outbound/send.ts';

/** Rules with these exceptions, written as in RINGBACK_EGRESS_ALLOW. */
export function allowing(...rules: string[]): EgressRules {
  return { allow: rules.flatMap((rule) => parseAllowRule(rule) ?? []), ownOrigins: [] };
}

/** Closes something after the test. What was opened last is closed first. */
export function closing<T extends { close(): Promise<void> }>(one: T): T {
  onTestFinished(() => one.close());
  return one;
}

export type SendWith = (url: string, request?: Partial<OutboundRequest>) => Promise<Outcome>;

/** A sender of its own for one test, which may reach 127.0.0.1 unless told otherwise. */
export function sender(
  options: {
    egress?: EgressRules;
    lookup?: Lookup;
    connectionsPerOrigin?: number;
    maxHeaderBytes?: number;
    bodyMemoryBytes?: number;
    proxy?: EgressProxy | null;
  } = {},
): SendWith & { close(): Promise<void> } {
  const { egress = allowing('127.0.0.1'), connectionsPerOrigin = 64, maxHeaderBytes = 65_536, lookup } = options;
  const { bodyMemoryBytes = 128 * 1024 * 1024, proxy = null } = options;
  const made = closing(
    makeSend({
      egress,
      connectionsPerOrigin,
      maxHeaderBytes,
      bodyMemoryBytes,
      proxy,
      ...(lookup === undefined ? {} : { lookup }),
    }),
  );
  const send: SendWith = (url, request = {}) =>
    made.send({
      url,
      method: 'GET',
      headers: [],
      body: null,
      timeoutMs: 5_000,
      maxResponseBytes: 1024 * 1024,
      maxRedirects: 0,
      ...request,
    });
  return Object.assign(send, { close: made.close });
}

/** The outcome as the kind that is expected; anything else fails with what it was. */
export function as<K extends Outcome['kind']>(kind: K, outcome: Outcome): Extract<Outcome, { kind: K }> {
  if (outcome.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(outcome)}`);
  return outcome as Extract<Outcome, { kind: K }>;
}

export function text(outcome: Outcome): string {
  return Buffer.from(as('response', outcome).body).toString();
}
