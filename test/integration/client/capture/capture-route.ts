import { randomUUID } from 'node:crypto';
import express from 'express';
import {
  type CapturedCall,
  type CaptureOptions,
  createRingback,
  expressHandler,
  type JobEvent,
  type Ringback,
} from '#src/client/index.ts';
import { listenOn } from '#test/integration/receiver-kit/frameworks.ts';
import type { TestRingback } from '#test/support/ringback.ts';

/** An app with a callback route that resumes captured calls. */
export type CaptureApp = {
  ringback: Ringback;
  callback: string;
  /** Resolves with what the call of a label resolves with, when the route has resumed it. */
  resumed<T>(label: string, make: CapturedCall<T>): Promise<{ value: T; event: JobEvent }>;
  /** Captures a call, and resumes it in the route. */
  whole<T>(make: CapturedCall<T>, options?: CaptureOptions): Promise<T>;
  close(): Promise<void>;
};

type Waiting = { event?: JobEvent; resume?: (event: JobEvent) => void };

/** Starts an app whose callbacks come to a real route. A job is known by its first label. */
export async function startCaptureApp(server: TestRingback): Promise<CaptureApp> {
  const { url, apiKey, webhookSecret } = server.credentials;
  const ringback = createRingback({ url, apiKey });
  const waiting = new Map<string, Waiting>();
  const waitingFor = (label: string): Waiting => {
    const known = waiting.get(label) ?? {};
    waiting.set(label, known);
    return known;
  };
  const take = async (event: JobEvent) => {
    // A thin event has no labels.
    const { labels } = 'labels' in event.data ? event.data : await ringback.get((event.data as { id: string }).id);
    const one = waitingFor(labels[0] ?? '');
    if (one.resume === undefined) one.event = event;
    else one.resume(event);
  };
  const app = express();
  const on = { 'job.completed': take, 'job.failed': take, 'job.cancelled': take };
  app.post('/api/ringback', expressHandler({ secrets: webhookSecret, on }));
  const listening = await listenOn(app.listen(0, '127.0.0.1'));

  const resumed: CaptureApp['resumed'] = async (label, make) => {
    const one = waitingFor(label);
    const event = one.event ?? (await new Promise<JobEvent>((resolve) => Object.assign(one, { resume: resolve })));
    return { value: await ringback.resume(event, make), event };
  };
  const callback = new URL('/api/ringback', listening.url).href;
  return {
    ringback,
    callback,
    resumed,
    async whole(make, options = {}) {
      const label = randomUUID();
      await ringback.capture(make, { callback, ...options, labels: [label] });
      return (await resumed(label, make)).value;
    },
    close: () => listening.close(),
  };
}
