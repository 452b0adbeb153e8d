import type { Attempt } from '#src/contract/job/job.ts';
import type { Timings } from '#src/domain/decide/outcome.ts';
import { tookText } from '#src/ui/words/time-text.ts';

/** A part of an attempt's time. */
export type PhaseKind = 'queue' | 'dns' | 'connect' | 'tls' | 'firstByte' | 'body';

/** Phases in the order in which they happen. `colour` is a class. */
export const phases: { kind: PhaseKind; word: string; colour: string; key: keyof Timings | null }[] = [
  { kind: 'queue', word: 'Queue', colour: 'phase-queue', key: null },
  { kind: 'dns', word: 'DNS', colour: 'bg-ph-dns', key: 'dnsMs' },
  { kind: 'connect', word: 'Connect', colour: 'bg-ph-conn', key: 'connectMs' },
  { kind: 'tls', word: 'TLS', colour: 'bg-ph-tls', key: 'tlsMs' },
  { kind: 'firstByte', word: 'First byte', colour: 'bg-ph-ttfb', key: 'firstByteMs' },
  { kind: 'body', word: 'Body', colour: 'bg-ph-body', key: 'bodyMs' },
];

export function phaseColour(kind: PhaseKind): string {
  return phases.find((phase) => phase.kind === kind)?.colour ?? '';
}

export function PhaseLegend() {
  return (
    <div className="flex gap-3.5 pr-2 text-12 text-fg-muted max-md:hidden">
      {phases.map(({ kind, word, colour }) => (
        <span key={kind} className="flex items-center gap-1.5 whitespace-nowrap">
          <i className={`size-2 rounded-[2px] ${colour}`} />
          {word}
        </span>
      ))}
    </div>
  );
}

const restTitle = 'What no phase measures: checks, redirects, and the work before and after the request';

type Props = {
  attempt: Pick<Attempt, 'timings' | 'startedAt' | 'endedAt' | 'outcome'>;
  /** How long it waited after it was due. */
  queueMs: number;
};

/** Least time that is worth explaining, in milliseconds. */
const leastRestMs = 2;

/**
 * Shows how an attempt spent its time: a bar, and the phases in words. What no phase has measured is named too, so that
 * they add up to the time that it took.
 */
export function PhaseTimes({ attempt: { timings, startedAt, endedAt, outcome }, queueMs }: Props) {
  const measured = phases.flatMap(({ kind, word, colour, key }) => {
    const ms = key === null ? queueMs : (timings?.[key] ?? null);
    return ms === null || (key === null && ms <= 0) ? [] : [{ kind, word, colour, ms }];
  });
  const sumMs = measured.reduce((sum, { kind, ms }) => (kind === 'queue' ? sum : sum + ms), 0);
  const restMs = Date.parse(endedAt) - Date.parse(startedAt) - sumMs;
  const rest = outcome === 'response' ? 'Around these' : 'Until it broke off';
  const known = [
    ...measured,
    ...(restMs >= leastRestMs ? [{ kind: 'rest', word: rest, colour: 'bg-fg-faint', ms: restMs }] : []),
  ];
  if (known.length === 0) return null;
  return (
    <div className="grid gap-2">
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-[3px]">
        {known.map(({ kind, colour, ms }) => (
          <i key={kind} className={`min-w-[2px] ${colour}`} style={{ flex: `${Math.max(ms, 0.1)} 0 0` }} />
        ))}
      </div>
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-12 text-fg-muted">
        {known.map(({ kind, word, colour, ms }) => (
          <div key={kind} className="flex items-center gap-1.5 whitespace-nowrap">
            <dt className="flex items-center gap-1.5" title={kind === 'rest' ? restTitle : undefined}>
              <i className={`size-2 rounded-[2px] ${colour}`} />
              {word}
            </dt>
            <dd className="font-medium text-fg">{tookText(ms)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
