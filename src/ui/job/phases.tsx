import type { Timings } from '#src/domain/outcome.ts';
import { tookText } from '#src/ui/words/time-text.ts';

const phases = [
  { key: 'dnsMs', word: 'DNS', colour: 'bg-ph-dns' },
  { key: 'connectMs', word: 'Connect', colour: 'bg-ph-conn' },
  { key: 'tlsMs', word: 'TLS', colour: 'bg-ph-tls' },
  { key: 'firstByteMs', word: 'First byte', colour: 'bg-ph-ttfb' },
  { key: 'bodyMs', word: 'Body', colour: 'bg-ph-body' },
] as const;

export function PhaseLegend() {
  return (
    <div className="flex gap-3.5 pr-2 text-12 text-fg-muted max-sm:hidden">
      {phases.map(({ key, word, colour }) => (
        <span key={key} className="flex items-center gap-1.5 whitespace-nowrap">
          <i className={`size-2 rounded-[2px] ${colour}`} />
          {word}
        </span>
      ))}
    </div>
  );
}

/** Where an attempt's time went, as a bar `share` of the width there is. */
export function PhasesBar({ timings, share }: { timings: Timings; share: number }) {
  const known = phases.reduce((sum, { key }) => sum + (timings[key] ?? 0), 0);
  // What a broken-off attempt spent after its last whole phase belongs to the one it was broken off in.
  const restMs = timings.bodyMs === null || known === 0 ? Math.max(1, timings.totalMs - known) : 0;
  const rest = timings.firstByteMs === null ? 'bg-ph-ttfb' : 'bg-ph-body';
  return (
    <span
      aria-hidden
      className="flex h-3.5 min-w-[3px] overflow-hidden rounded-[3px]"
      style={{ width: `${Math.min(1, share) * 100}%` }}
    >
      {phases.map(({ key, colour }) => {
        const ms = timings[key];
        return ms !== null && ms > 0 && <i key={key} className={colour} style={{ flex: `${ms} 0 0` }} />;
      })}
      {restMs > 0 && <i className={rest} style={{ flex: `${restMs} 0 0` }} />}
    </span>
  );
}

/** The same in words: only phases that happened. */
export function PhaseTimes({ timings }: { timings: Timings }) {
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-12 text-fg-muted">
      {phases.map(({ key, word, colour }) => {
        const ms = timings[key];
        if (ms === null) return null;
        return (
          <div key={key} className="flex items-center gap-1.5 whitespace-nowrap">
            <dt className="flex items-center gap-1.5">
              <i className={`size-2 rounded-[2px] ${colour}`} />
              {word}
            </dt>
            <dd className="font-medium text-fg">{tookText(ms)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
