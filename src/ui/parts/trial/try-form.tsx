'use client';

import type { ReactNode } from 'react';
import { useCommandKey } from '#src/ui/data/browser/use-command-key.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { Play } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';
import { useSubmitBar } from './use-submit-job.ts';

type Props = {
  title: string;
  aside: string;
  isPending: boolean;
  /** Refusal that belongs to none of the shown fields. */
  problem: string | null;
  onSubmit: () => void;
  children: ReactNode;
};

/** Card around the fields of a job to be submitted, with the submit button. */
export function TryForm({ title, aside, isPending, problem, onSubmit, children }: Props) {
  const bar = useSubmitBar();
  const command = useCommandKey();
  return (
    <Card label={title} className="flex flex-col">
      <CardHead title={title}>
        <span className="mr-2 text-12 text-fg-subtle">a real job, nothing faked</span>
      </CardHead>
      <form
        noValidate
        className="flex flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (bar === null) onSubmit();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          if (bar === null) onSubmit();
        }}
      >
        <fieldset disabled={bar !== null} className="grid min-w-0 flex-1 content-start gap-3.5 p-4">
          {problem && <Banner tone="failed">{problem}</Banner>}
          {children}
        </fieldset>
        <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1.5 border-t px-4 py-3">
          <Button kind="primary" type="submit" icon={Play} busy={isPending} reason={bar}>
            Submit job
          </Button>
          <span className="max-sm:hidden">
            <Kbd keys={`${command.trim()}+↵`} />
          </span>
          <span className="min-w-0 flex-1 text-right text-12 text-fg-subtle">{bar ?? <Foot aside={aside} />}</span>
        </div>
      </form>
    </Card>
  );
}

function Foot({ aside }: { aside: string }) {
  const workers = useMe().data?.workersAlive;
  return workers === 0 ? 'No worker is alive: it will wait for one' : aside;
}
