import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { Ban, CircleCheck, CirclePause, RotateCw } from '#src/ui/icons/icons.ts';

const looks = {
  enabled: { word: 'Enabled', icon: CircleCheck, colour: 'state-completed' },
  failing: { word: 'Failing', icon: RotateCw, colour: 'state-retrying' },
  paused: { word: 'Paused', icon: CirclePause, colour: 'state-retrying' },
  disabled: { word: 'Disabled', icon: Ban, colour: 'state-failed' },
} as const;

/** Returns an endpoint's health as one word, for the list and for the endpoint's page. */
export function healthOf(endpoint: Endpoint, nowMs: number): keyof typeof looks {
  if (endpoint.state === 'disabled') return 'disabled';
  if (endpoint.pausedUntil !== null && Date.parse(endpoint.pausedUntil) > nowMs) return 'paused';
  return endpoint.failingSince === null ? 'enabled' : 'failing';
}

export function EndpointMark({ health, pill = false }: { health: keyof typeof looks; pill?: boolean }) {
  const { word, icon: Icon, colour } = looks[health];
  const quiet = health === 'enabled' && !pill;
  return (
    <span
      className={`${colour} inline-flex items-center gap-1.5 align-middle text-13 font-medium tracking-normal whitespace-nowrap ${quiet ? 'text-fg' : 'text-state-text'} ${pill ? 'h-6 flex-none rounded-full bg-state-soft pr-2.5 pl-[7px]' : ''}`}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden className="flex-none text-state" />
      {word}
    </span>
  );
}
