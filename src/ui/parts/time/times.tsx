'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Times, timesCookie, timesText, usualTimes } from '#src/ui/words/shown-times.ts';

type Chosen = { times: Times; choose: (next: Partial<Times>) => void };

const Context = createContext<Chosen>({ times: usualTimes, choose: () => undefined });

const yearSeconds = 365 * 86_400;

/** Gives all parts below it the way in which this browser shows times. `initial` is what its cookie says. */
export function TimesProvider({ initial, children }: { initial: Times; children: ReactNode }) {
  const [times, setTimes] = useState(initial);
  const chosen = useMemo(
    () => ({
      times,
      choose: (next: Partial<Times>) => {
        const all = { ...times, ...next };
        keep(all);
        setTimes(all);
      },
    }),
    [times],
  );
  useEffect(() => {
    // The browser may have travelled since the cookie was written.
    if (initial.zone === 'UTC' || initial.zone === browserZone()) return;
    const here = { ...initial, zone: browserZone() };
    keep(here);
    setTimes(here);
  }, [initial]);
  return (
    <Context value={chosen}>
      <div className="contents" data-times={times.ages ? 'age' : 'clock'}>
        {children}
      </div>
    </Context>
  );
}

/** Returns how this browser shows times. */
export function useTimes(): Times {
  return useContext(Context).times;
}

/** Returns the function that changes how this browser shows times. */
export function useChooseTimes(): Chosen['choose'] {
  return useContext(Context).choose;
}

/** Returns the zone of this browser: `Europe/Berlin`. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function keep(times: Times): void {
  // biome-ignore lint/suspicious/noDocumentCookie: browsers with a page over plain HTTP have no cookie store.
  document.cookie = `${timesCookie}=${timesText(times)}; path=/; max-age=${yearSeconds}; samesite=lax`;
}
