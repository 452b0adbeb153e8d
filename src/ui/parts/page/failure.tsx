import { type Problem, problemOf } from '#src/ui/data/refusal.ts';
import { RotateCw, TriangleAlert } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';

type Props = { error: unknown; what: string; onRetry?: () => void };

/** Shows in place of something that could not be loaded what it is, why it failed, and the next step. */
export function Failure({ error, what, onRetry }: Props) {
  const { code, message, requestId } = problemOf(error);
  return (
    <div role="alert" className="grid justify-items-center gap-1.5 px-6 py-9 text-center">
      <TriangleAlert size={20} aria-hidden className="mb-1 text-failed-text" />
      <b>{what}</b>
      <p className="max-w-[52ch] text-balance text-fg-muted">
        {message} <ErrorCodeLink code={code} />
      </p>
      {requestId && <p className="font-mono text-12 text-fg-subtle">Request {requestId}</p>}
      {onRetry && (
        <Button className="mt-2.5" icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Leads to what is said of an error code. Silence has none. */
export function ErrorCodeLink({ code }: Pick<Problem, 'code'>) {
  if (code === 'unreachable') return null;
  return (
    <a
      href={`/errors#${code}`}
      target="_blank"
      rel="noreferrer"
      className="font-mono text-12 text-accent-text underline underline-offset-2"
    >
      {code}
    </a>
  );
}
