import { Refusal } from '#src/contract/shape/error-code.ts';
import { beginSubmit } from '#src/engine/trace/job-spans.ts';
import type { Tracer } from '#src/engine/tracer.ts';
import type { Submit } from './submit.ts';

/** Returns the submit function with a span for each call. The job keeps the span's place, for its attempts. */
export function traceSubmit(submit: Submit, tracer: Tracer | null): Submit {
  if (tracer === null) return submit;
  return async (job) => {
    const span = beginSubmit(tracer, job);
    try {
      const stored = await submit({ ...job, options: { ...job.options, trace: span.context } });
      span.end({ 'ringback.job.id': stored.id, 'ringback.job.replayed': stored.replayed }, false);
      return stored;
    } catch (error) {
      span.end({ 'error.type': error instanceof Refusal ? error.code : 'internal' }, true);
      throw error;
    }
  };
}
