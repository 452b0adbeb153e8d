'use client';

import { KeyRound } from '#src/ui/icons/icons.ts';
import { RedactionMark } from '#src/ui/parts/body/masked-text.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import type { FirstKey } from './use-first-key.ts';

/** Shows the key for the snippets. A new key is shown here only once. */
export function KeyFoot({ firstKey }: { firstKey: FirstKey }) {
  const { made, existing, mayMake, make, isPending, error } = firstKey;
  const hint = existing?.hint;
  return (
    <>
      <div className="flex min-h-11 items-center gap-2 border-t bg-sunken px-4 py-1.5 text-12 text-fg-subtle">
        {made ? (
          <>
            <code className="min-w-0 flex-1 font-mono wrap-anywhere text-fg select-all">{made.secret}</code>
            <CopyButton text={made.secret} label="Copy the key" />
          </>
        ) : (
          <>
            <span className="min-w-0 flex-1 truncate font-mono">RINGBACK_API_KEY</span>
            {hint && (
              <span className="flex items-center gap-1 font-mono text-fg-muted">
                rbk_
                <RedactionMark reason="An API key is shown when it is made, and never again" />
                {hint}
              </span>
            )}
          </>
        )}
      </div>
      <div className="flex min-h-14 items-center gap-3 border-t px-4 py-2 text-12 text-fg-subtle">
        <p role="status" className="min-w-0 flex-1">
          {error ?? words(firstKey)}
        </p>
        {mayMake && !made && (
          <Button size="small" icon={KeyRound} busy={isPending} onClick={make}>
            Make a key
          </Button>
        )}
      </div>
    </>
  );
}

function words({ made, existing, mayMake }: FirstKey): string {
  if (made) return 'Shown this once, and copied with the snippets: put it where your app keeps its secrets.';
  if (!mayMake) return 'An owner of this project makes keys. Put yours into RINGBACK_API_KEY.';
  if (existing) return `The key “${existing.name}” was shown when it was made. Lost it? Make another.`;
  return 'There is no key yet. Make one: it may submit and read jobs.';
}
