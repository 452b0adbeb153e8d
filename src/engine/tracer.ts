import type { HeaderList } from '#src/domain/decide/outcome.ts';
import type { TraceContext } from '#src/store/job/job-options.ts';

/** What a span says, by the names of OpenTelemetry's semantic conventions. Nothing in it may be secret. */
export type SpanFacts = Record<string, string | number | boolean>;

/** A span that has begun. It must be ended. */
export type OpenSpan = {
  /** Place of the span in its trace, for what follows from it. */
  context: TraceContext;
  /** Headers that carry the span to whom a request is sent. */
  headers: HeaderList;
  /** Ends the span. `failed` is true if what it stands for did. */
  end(facts: SpanFacts, failed: boolean): void;
};

/** Makes the spans of a process. Where there is none, traces are off and no package for them is loaded. */
export type Tracer = {
  /** Calls `act`; spans that are begun in it without a context belong to the trace that these headers name. */
  within<T>(headers: Readonly<Record<string, string | undefined>>, act: () => T): T;
  /** Begins a span: in the given trace with a link to it, or in that of `within`, or in a new one. */
  begin(name: string, kind: 'producer' | 'client', facts: SpanFacts, context?: TraceContext): OpenSpan;
  /** Sends the spans that have ended, and stops. */
  stop(): Promise<void>;
};
