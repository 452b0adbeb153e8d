'use client';

import { useSyncExternalStore } from 'react';

// This module knows whether Ringback answers, from all requests of the page. A server that is frozen accepts connections
// and says nothing, so a request without an answer counts after its time-out.

/** Time after which a read without an answer has failed. The sidebar asks every 5 s, so silence is noticed within 18 s. */
export const readTimeoutMs = 10_000;
/** The same for a change or a whole body: they may be large, and the connection may be slow. */
export const longTimeoutMs = 60_000;

/** Time after which the question whether Ringback lives has no answer. */
const checkTimeoutMs = 3_000;

/** `lastAnswerMs` is the time of the last answer, in epoch milliseconds of this browser; null: there was none. */
export type Reach = { answers: boolean; lastAnswerMs: number | null };

let reach: Reach = { answers: true, lastAnswerMs: null };
const listeners = new Set<() => void>();

function set(next: Reach): void {
  const changed = next.answers !== reach.answers;
  reach = next;
  if (changed) for (const listener of listeners) listener();
}

/** Notes that a request was answered. */
export function noteAnswer(nowMs: number): void {
  set({ answers: true, lastAnswerMs: nowMs });
}

/** Notes that a request failed without an answer. It says nothing if another one was answered since it began. */
export function noteSilence(beganMs: number): void {
  if (reach.lastAnswerMs === null || reach.lastAnswerMs <= beganMs) set({ ...reach, answers: false });
}

export function currentReach(): Reach {
  return reach;
}

/** Calls the listener whenever Ringback begins or stops to answer, until the returned function is called. */
export function subscribeReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const atFirst: Reach = reach;

/** Returns whether Ringback answers, and when it did last. */
export function useReach(): Reach {
  // The time of the last answer is not followed, because it changes all the time.
  useSyncExternalStore(
    subscribeReach,
    () => reach.answers,
    () => atFirst.answers,
  );
  return reach;
}

type Options = Omit<RequestInit, 'signal'> & { signal?: AbortSignal | null | undefined };

/**
 * Sends a request as `fetch` does, and notes whether it is answered. Throws a `TimeoutError` if there is no answer in
 * time.
 */
export async function fetchInTime(
  url: string | URL | Request,
  options: Options = {},
  timeoutMs = (options.method ?? 'GET') === 'GET' ? readTimeoutMs : longTimeoutMs,
): Promise<Response> {
  const beganMs = Date.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const answer = await fetch(url, { ...options, signal });
    noteAnswer(Date.now());
    return answer;
  } catch (error) {
    // A request that the page itself gave up says nothing.
    if (!options.signal?.aborted) await lookForItself(beganMs, Math.min(timeoutMs, checkTimeoutMs));
    throw error;
  }
}

/** Asks whether Ringback lives, because one request may be lost although it does. */
async function lookForItself(beganMs: number, timeoutMs: number): Promise<void> {
  try {
    await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) });
    noteAnswer(Date.now());
  } catch {
    noteSilence(beganMs);
  }
}
