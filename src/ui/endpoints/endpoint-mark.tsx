import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { Ban, CircleCheck, RotateCw } from '#src/ui/icons/icons.ts';
import { ageText, leftText } from '#src/ui/words/time-text.ts';

const looks = {
  enabled: { icon: CircleCheck, colour: 'state-completed' },
  failing: { icon: RotateCw, colour: 'state-retrying' },
  paused: { icon: RotateCw, colour: 'state-failed' },
  disabled: { icon: Ban, colour: 'state-failed' },
} as const;

const disabledBy = { gone: 'after 410', failing: 'after 5 days of failures', manual: 'by a person' } as const;

/** Returns an endpoint's health as one word, for the list and for the endpoint's page. */
export function healthOf(endpoint: Endpoint, nowMs: number): keyof typeof looks {
  if (endpoint.state === 'disabled') return 'disabled';
  if (endpoint.pausedUntil !== null && Date.parse(endpoint.pausedUntil) > nowMs) return 'paused';
  return endpoint.failingSince === null ? 'enabled' : 'failing';
}

/**
 * Returns an endpoint's health in words: since when it fails and when it is probed, or why it is disabled. A pause is
 * the work of nobody: deliveries are held while probes fail.
 */
export function healthText(endpoint: Endpoint, nowMs: number): string {
  const health = healthOf(endpoint, nowMs);
  if (health === 'enabled') return 'Enabled';
  if (health === 'disabled')
    return endpoint.disabledReason === null ? 'Disabled' : `Disabled ${disabledBy[endpoint.disabledReason]}`;
  const since = endpoint.failingSince;
  const failing = since === null ? 'Held' : `Failing for ${ageText(nowMs - Date.parse(since))}`;
  if (health === 'failing') return failing;
  return `${failing}, next probe in ${leftText(Date.parse(endpoint.pausedUntil ?? '') - nowMs)}`;
}

type Props = { endpoint: Endpoint; now: number; pill?: boolean };

/** Shows an endpoint's health. */
export function EndpointMark({ endpoint, now, pill = false }: Props) {
  const health = healthOf(endpoint, now);
  const { icon: Icon, colour } = looks[health];
  const text = healthText(endpoint, now);
  const quiet = health === 'enabled' && !pill;
  return (
    <span
      title={text}
      className={`${colour} inline-flex max-w-full items-center gap-1.5 align-middle text-13 font-medium tracking-normal ${quiet ? 'text-fg' : 'text-state-text'} ${pill ? 'min-h-6 rounded-full bg-state-soft pr-2.5 pl-[7px]' : ''}`}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden className="flex-none text-state" />
      <span className={pill ? '' : 'truncate'}>{text}</span>
    </span>
  );
}
