import { playgroundPaths } from '#src/contract/live/playground.ts';
import { playgroundLimits } from '#src/domain/limits.ts';

/** What the flaky target is to answer: one status after the other, each after the same delay; then it starts over. */
export type Plan = { steps: readonly { key: number; status: string }[]; delay: string };

export function planOf(statuses: readonly number[], delayMs = 0): Plan {
  return { steps: statuses.map((status, key) => ({ key, status: String(status) })), delay: String(delayMs) };
}

/** The statuses as numbers; null when one of them is none the target can answer with. */
export function statusesOf({ steps }: Plan): number[] | null {
  const { min, max } = playgroundLimits.statuses;
  const statuses = steps.map(({ status }) => (/^\d{3}$/.test(status.trim()) ? Number(status) : Number.NaN));
  return statuses.length > 0 && statuses.every((status) => status >= min && status <= max) ? statuses : null;
}

export function delayOf({ delay }: Plan): number {
  const ms = Number(delay.trim() || '0');
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), playgroundLimits.delayMs) : 0;
}

/** The flaky target's URL. With a key of its own, a job walks through the plan alone. */
export function planUrl(origin: string, plan: Plan, key: string | null = null): string {
  const statuses = plan.steps.map(({ status }) => status.trim()).join(',');
  const delay = plan.delay.trim();
  const rest = `${delay === '' || delay === '0' ? '' : `&delay=${encodeURIComponent(delay)}`}${key === null ? '' : `&key=${key}`}`;
  return `${origin}${playgroundPaths.target}?plan=${encodeURIComponent(statuses).replaceAll('%2C', ',')}${rest}`;
}

export function inboxUrl(origin: string, name: string): string {
  return `${origin}${playgroundPaths.inbox}${name}`;
}

/** The inbox of this Ringback that a callback goes to; null when it goes elsewhere. */
export function inboxOf(url: string | null | undefined): string | null {
  return /\/playground\/inbox\/([a-z0-9-]{1,40})(?:\?|$)/.exec(url ?? '')?.[1] ?? null;
}

export function newKey(): string {
  return Math.random().toString(36).slice(2, 10);
}
