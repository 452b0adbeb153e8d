import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';

/** An event of a job as REST sends it. */
export type SeenEvent = { id: string | undefined; type: string; data: string };

/** A reader of the events of a job over REST. */
export type StreamReader = {
  status: number;
  seen: SeenEvent[];
  /** The number of signs of life. */
  readonly beats: number;
  /** Resolves when the response has ended. Rejects if it was cut. */
  ended: Promise<void>;
  leave(): void;
};

/** Opens the stream of a job's events and reads it to the end. */
export async function readStream(
  { url, apiKey }: { url: string; apiKey: string },
  jobId: string,
  { after, headers = {} }: { after?: number; headers?: Record<string, string> } = {},
): Promise<StreamReader> {
  const gone = new AbortController();
  const query = after === undefined ? '' : `?starting_after=${after}`;
  const response = await fetch(`${url}/v1/jobs/${jobId}/events${query}`, {
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
    signal: gone.signal,
  });
  const seen: SeenEvent[] = [];
  let beats = 0;
  const read = async () => {
    if (!response.ok || response.body === null) return;
    for await (const { id, type, data } of readServerSentEvents(response.body)) {
      if (data === undefined) beats += 1;
      else seen.push({ id, type, data });
    }
  };
  const ended = read();
  ended.catch(() => undefined);
  return {
    status: response.status,
    seen,
    get beats() {
      return beats;
    },
    ended,
    leave: () => gone.abort(),
  };
}
