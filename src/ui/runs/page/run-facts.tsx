'use client';

import type { RunDetail } from '#src/contract/run/run-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { TimeOfDay, ZoneWord } from '#src/ui/parts/time/clock.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { waitOf, waitText } from '#src/ui/words/run-words.ts';
import { ageText, leftText, tookText } from '#src/ui/words/time-text.ts';

/** Shows how long a run has taken, its turns and steps, and what it waits for or until when it is kept. */
export function RunFacts({ run }: { run: RunDetail }) {
  const now = useNow(1_000);
  const startedMs = Date.parse(run.createdAt);
  const ended = run.steps.filter(({ state }) => state !== 'pending').length;
  return (
    <Facts>
      <Fact name={run.endedAt === null ? 'Running for' : 'Duration'}>
        {run.endedAt === null ? ageText(now - startedMs) : tookText(Date.parse(run.endedAt) - startedMs)}
      </Fact>
      <Fact name="Turns">{run.turn.toLocaleString('en-US')}</Fact>
      <Fact name="Steps">
        {ended.toLocaleString('en-US')} <FactNote>of {run.steps.length.toLocaleString('en-US')} ended</FactNote>
      </Fact>
      <Fact name="Started">
        <TimeOfDay at={run.createdAt} />{' '}
        <FactNote>
          <span className="max-sm:hidden">
            <ZoneWord at={run.createdAt} />,{' '}
          </span>
          {ageText(now - startedMs)} ago
        </FactNote>
      </Fact>
      <LastFact run={run} now={now} />
    </Facts>
  );
}

function LastFact({ run, now }: { run: RunDetail; now: number }) {
  const { zone } = useTimes();
  if (run.endedAt === null)
    return (
      <Fact name="Now" wide>
        <span className="block truncate" title={nowText(run, now, zone)}>
          {nowText(run, now, zone)}
        </span>
      </Fact>
    );
  if (run.expiresAt === null) return null;
  const leftMs = Date.parse(run.expiresAt) - now;
  return (
    <Fact name="Payload and result kept until" wide>
      <TimeOfDay at={run.expiresAt} />{' '}
      <FactNote>
        <ZoneWord at={run.expiresAt} />, {leftMs > 0 ? `${leftText(leftMs)} left` : 'deleted'}
      </FactNote>
    </Fact>
  );
}

function nowText(run: RunDetail, now: number, zone: string): string {
  if (run.state === 'waiting') return sentence(waitText(waitOf(run), run.wakeAt, now, zone));
  const state = run.turns.at(-1)?.state;
  if (state === 'retrying') return 'The route failed, and is entered again';
  return state === 'in_progress' ? 'The route is entered' : 'The route is about to be entered';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
