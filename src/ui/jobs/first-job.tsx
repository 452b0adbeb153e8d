'use client';

import { useMe } from '#src/ui/data/use-me.ts';
import { CopyButton } from '#src/ui/parts/copy-button.tsx';
import { Pulse } from '#src/ui/parts/pulse.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { TopBar } from '#src/ui/shell/top-bar.tsx';
import { Preview } from './preview.tsx';

/** Instead of an empty table: how to get the first job into it. */
export function FirstJob() {
  const { data: me } = useMe();
  return (
    <>
      <TopBar>
        <span>Jobs</span>
      </TopBar>
      <PageBody capped>
        <div>
          <h1>Get your first ring back</h1>
          <p className="text-fg-muted">
            {me ? `Project ${me.project.name} is empty.` : 'This project is empty.'} Submit one job: a minute.
          </p>
        </div>
        <Waiting workers={me?.workersAlive} />
        <Snippet />
        <Preview />
      </PageBody>
    </>
  );
}

function Waiting({ workers }: { workers: number | undefined }) {
  return (
    <section className="card flex items-center gap-3.5 p-4 max-sm:flex-wrap" aria-label="Waiting">
      <span aria-hidden className="relative grid size-8 flex-none place-items-center">
        <i className="size-2.5 rounded-full bg-accent" />
        <i className="ringing absolute inset-0 rounded-full border-[1.5px] border-accent opacity-35" />
        <i className="absolute inset-[5px] rounded-full border-[1.5px] border-accent opacity-60" />
      </span>
      <div className="min-w-0 flex-1 max-sm:basis-[calc(100%-60px)]">
        <b className="text-14">Waiting for your first job…</b>
        <p className="text-fg-muted">This page turns live the moment one arrives, whichever way you send it.</p>
      </div>
      {workers !== undefined && (
        <span className="flex items-center gap-2 text-12 text-fg-subtle">
          <Pulse tone={workers > 0 ? 'on' : 'warn'} />
          {workers > 0
            ? `${workers} ${workers === 1 ? 'worker' : 'workers'} alive, listening`
            : 'No worker alive: start one'}
        </span>
      )}
    </section>
  );
}

function Snippet() {
  const command = curlFor(window.location.origin);
  return (
    <section className="card overflow-clip" aria-label="From a terminal">
      <div className="card-head">
        <h2 className="flex-1">From a terminal</h2>
        <CopyButton text={command} label="Copy the command" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, with the keyboard too. */}
      <pre tabIndex={0} className="overflow-x-auto bg-sunken px-4 py-3.5 font-mono text-12 leading-5">
        {command}
      </pre>
      <p className="border-t px-4 py-2.5 text-12 text-fg-subtle">
        The API key is in <code>credentials.json</code>, beside your password. The target is built in and fails twice
        first; so is the inbox that gets the callback.
      </p>
    </section>
  );
}

function curlFor(origin: string): string {
  const job = {
    url: `${origin}/playground/target?plan=429,503,200`,
    json: { prompt: 'a lighthouse at five in the afternoon' },
    callback: `${origin}/playground/inbox/first`,
  };
  return [
    `curl ${origin}/v1/jobs \\`,
    '  -H "Authorization: Bearer $RINGBACK_API_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(job, null, 2)}'`,
  ].join('\n');
}
