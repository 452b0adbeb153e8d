import type { ApiKey } from '#src/contract/project/scope.ts';
import { CircleCheck, CircleSlash, ClockAlert } from '#src/ui/icons/icons.ts';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { exactText } from '#src/ui/words/time-text.ts';

const looks = {
  active: { icon: CircleCheck, word: 'Active', colour: 'state-completed', text: '' },
  revoked: { icon: CircleSlash, word: 'Revoked', colour: 'state-cancelled', text: 'text-fg-muted' },
  expired: { icon: ClockAlert, word: 'Expired', colour: 'state-cancelled', text: 'text-fg-muted' },
} as const;

/** Returns the state of a key. Only an active key is still accepted. */
export function stateOfKey({ revokedAt, expiresAt }: ApiKey, now: number): keyof typeof looks {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** Shows a state with its icon. `at` is the time at which the state began. */
export function KeyState({ state, at }: { state: keyof typeof looks; at: string | null }) {
  const { zone } = useTimes();
  const { icon: Icon, word, colour, text } = looks[state];
  return (
    <span
      className={`inline-flex items-center gap-1.5 align-middle ${colour} ${text}`}
      title={at && state !== 'active' ? exactText(at, zone) : undefined}
    >
      <Icon size={14} aria-hidden className="flex-none text-state" />
      {word}
    </span>
  );
}
