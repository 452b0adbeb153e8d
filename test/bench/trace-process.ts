import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { CommitTrace } from '#src/engine/pump/group-commit.ts';
import type { ClaimTrace } from '#src/engine/pump/pump.ts';
import { percentile } from './figures.ts';
import { type ProcessTrace, traceFile } from './trace-file.ts';

/**
 * Keeps a trace of the process that this file is imported into (`node --import`): how long the batches waited and took,
 * and how long requests were on their sockets. SIGUSR2 writes it into a file and begins anew.
 */

let series = new Map<string, number[]>();
let since = performance.eventLoopUtilization();
const started = new WeakMap<object, number>();

const add = (name: string, value: number) => {
  const list = series.get(name);
  if (list) list.push(value);
  else series.set(name, [value]);
};

subscribe('ringback:commit', (message) => {
  const { name, items, waitedMs, tookMs } = message as CommitTrace;
  add(`${name}: items`, items);
  add(`${name}: waited for the transaction before, ms`, waitedMs);
  add(`${name}: transaction, ms`, tookMs);
});
subscribe('ringback:claim', (message) => {
  const { name, items, tookMs } = message as ClaimTrace;
  if (items === 0) return add(`claim of ${name} that found none, ms`, tookMs);
  add(`claim of ${name}: items`, items);
  add(`claim of ${name}: transaction, ms`, tookMs);
});
// undici publishes these for each request. The time between them is what a request waits for a socket and on it.
subscribe('undici:request:create', (message) =>
  started.set((message as { request: object }).request, performance.now()),
);
subscribe('undici:client:sendHeaders', (message) => {
  const begun = started.get((message as { request: object }).request);
  if (begun !== undefined) add('request: waited for a socket, ms', performance.now() - begun);
});
subscribe('undici:request:trailers', (message) => {
  const begun = started.get((message as { request: object }).request);
  if (begun !== undefined) add('request: from its start to the end of the answer, ms', performance.now() - begun);
});

process.on('SIGUSR2', () => {
  const now = performance.eventLoopUtilization();
  const parts = [...series].map(([name, values]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const figures = [mean, percentile(values, 0.5), percentile(values, 0.95)].map((value) => value.toFixed(1));
    return `${name.padEnd(58)} ${String(values.length).padStart(6)} times, mean ${figures[0]}, p50 ${figures[1]}, p95 ${figures[2]}`;
  });
  const { utilization } = performance.eventLoopUtilization(now, since);
  const trace: ProcessTrace = { at: Date.now(), utilization, memory: process.memoryUsage(), parts: parts.sort() };
  series = new Map();
  since = now;
  writeFileSync(`${traceFile(process.pid)}.new`, JSON.stringify(trace));
  renameSync(`${traceFile(process.pid)}.new`, traceFile(process.pid));
});
