import type { Tracer } from '#src/engine/tracer.ts';
import type { Log } from '#src/log.ts';
import { packageVersion } from '#src/package-version.ts';
import type { TraceSettings } from '#src/trace-settings.ts';

/** Returns the tracer of this process; null: traces are off, and no package of OpenTelemetry is loaded. */
export async function openTracer(
  settings: TraceSettings | undefined,
  process: 'web' | 'worker',
  log: Log,
): Promise<Tracer | null> {
  if (settings === undefined) return null;
  const { startTracing } = await import('./start-tracing.ts');
  return startTracing(settings, { process, version: packageVersion(), log });
}
