'use client';

import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import type { Expectation } from '#src/ui/parts/trial/expectation.ts';
import { endWords } from '#src/ui/parts/trial/expectation-words.ts';
import { plannedLanes } from '#src/ui/parts/trial/expected-lanes.ts';
import { isUnreadable, type Unreadable } from '#src/ui/parts/trial/form-values.ts';
import { endOf, Lanes } from '#src/ui/parts/trial/lanes.tsx';

const mostLanes = 8;

type Props = { expectation: Expectation | Unreadable; callback: string | null; supposed: boolean };

/** Shows in words and bars what the policy would do with the plan, before anything is sent. */
export function ExpectationCard({ expectation, callback, supposed }: Props) {
  return (
    <Card label="What would happen">
      <CardHead title="What would happen">
        <span className="mr-2 text-12 text-fg-subtle">
          {supposed ? 'if it answers like this' : 'as it usually goes'}
        </span>
      </CardHead>
      {isUnreadable(expectation) ? (
        <p className="min-h-[148px] p-4 text-fg-muted">{expectation.message}</p>
      ) : (
        <Foreseen expectation={expectation} callback={callback} />
      )}
    </Card>
  );
}

function Foreseen({ expectation, callback }: { expectation: Expectation; callback: string | null }) {
  const lanes = plannedLanes(expectation, callback, mostLanes);
  const left = Math.max(0, expectation.attempts.length - mostLanes);
  return (
    <>
      <p role="status" className="px-4 pt-3.5 font-medium">
        {endWords(expectation)}
      </p>
      <Lanes label="Expected attempts" lanes={lanes} totalMs={Math.max(...lanes.map(endOf))} />
      {left > 0 && (
        <p className="px-4 pb-3 text-12 text-fg-subtle">
          … and {left} more {left === 1 ? 'attempt' : 'attempts'} like these.
        </p>
      )}
      <CardFoot>
        Waits are spread by chance; these are the usual ones. Decided by the code that decides for jobs.
      </CardFoot>
    </>
  );
}
