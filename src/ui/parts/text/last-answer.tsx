import type { OutcomeKind } from '#src/domain/decide/outcome.ts';
import { StatusCode } from './status-code.tsx';

/** Shows a status, or the word for what came instead of one, as statistics name it. */
export function LastAnswer({ answer }: { answer: string }) {
  const status = /^\d{3}$/.test(answer) ? Number(answer) : null;
  return <StatusCode outcome={status === null ? (answer as OutcomeKind) : 'response'} status={status} quiet />;
}
