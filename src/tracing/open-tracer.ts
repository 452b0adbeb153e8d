import { readFileSync } from 'node:fs';
import type { Tracer } from '#src/engine/tracer.ts';
import type { Log } from '#src/log.ts';
import type { TraceSettings } from '#src/trace-settings.ts';

/** Returns the tracer of this process; null: traces are off, and no package of OpenTelemetry is loaded. */
export async function openTracer(
  settings: TraceSettings | undefined,
  process: 'web' | 'worker',
  log: Log,
): Promise<Tracer | null> {
  if (settings === undefined) return null;
  const { startTracing } = await import('./start-tracing.ts');
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return startTracing(settings, { process, version: (JSON.parse(manifest) as { version: string }).version, log });
}
