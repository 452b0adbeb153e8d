'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { alertSubject } from '#src/contract/stats/alert-subject.ts';
import type { Alert } from '#src/contract/stats/stats.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { AlertBanner, overText } from './alert-banner.tsx';

/** Dismissed alerts, kept as long as this document is open: leaving the page must not bring them back. */
let putAway: ReadonlySet<string> = new Set();

/**
 * Shows the alerts that need a person now. An alert that exists when the page opens has its place in the page. A later
 * alert lies over the page, and an alert that is over keeps its place until the next visit: the page must not move
 * under the pointer. A dismissed alert comes back when it happens again.
 */
export function Alerts({ alerts, children }: { alerts: readonly Alert[]; children: ReactNode }) {
  const projectId = useMe().data?.project.id ?? '';
  const [early] = useState(alerts);
  const [away, setAway] = useState(putAway);
  const nameOf = (alert: Alert) => `${projectId} ${keyOf(alert)}`;
  const isAway = (alert: Alert) => away.has(nameOf(alert));
  useEffect(() => {
    // What grows, waits or fails has no id. Its alert comes back once it has been gone in between.
    const now = new Set(alerts.map((alert) => `${projectId} ${keyOf(alert)}`));
    putAway = new Set([...putAway].filter((name) => now.has(name) || !name.startsWith(projectId)));
    setAway(putAway);
  }, [alerts, projectId]);
  const close = (alert: Alert) => {
    putAway = new Set([...putAway, nameOf(alert)]);
    setAway(putAway);
  };
  const places = new Set(early.map(placeOf));
  const late = alerts.filter((alert) => !places.has(placeOf(alert)) && !isAway(alert));
  return (
    <div className="relative grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 max-sm:gap-3">
      {early.map((first) => {
        const now = alerts.find((alert) => placeOf(alert) === placeOf(first));
        if (isAway(now ?? first)) return null;
        return now ? (
          <AlertBanner key={placeOf(first)} alert={now} onClose={() => close(now)} />
        ) : (
          <p
            key={placeOf(first)}
            className="flex min-h-10 items-center rounded-card border px-3 text-fg-subtle wrap-anywhere"
          >
            {overText(first)}
          </p>
        );
      })}
      {late.length > 0 && (
        <div className="pointer-events-none absolute inset-0 z-10">
          <div className="pointer-events-auto sticky top-14 grid gap-2">
            {late.map((alert) => (
              <div key={placeOf(alert)} className="rounded-card bg-raised shadow-3">
                <AlertBanner alert={alert} late onClose={() => close(alert)} />
              </div>
            ))}
          </div>
        </div>
      )}
      {children}
    </div>
  );
}

/** Returns the place of an alert. Kinds of which there can be several have one for each of what they are about. */
function placeOf(alert: Alert): string {
  return `${alert.kind} ${alertSubject(alert)}`;
}

function keyOf(alert: Alert): string {
  if (alert.kind === 'endpoint_disabled') return `${placeOf(alert)} ${alert.at}`;
  return 'since' in alert && alert.kind !== 'failure_rate' ? `${alert.kind} ${alert.since}` : placeOf(alert);
}
