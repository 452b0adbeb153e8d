'use client';

import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import { useCopy } from '#src/ui/data/browser/use-copy.ts';
import { Copy } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Code } from './code.tsx';
import { KeyFoot } from './key-foot.tsx';
import { installOf, type SnippetKind, snippetKinds, snippetOf } from './snippets.ts';
import type { FirstKey } from './use-first-key.ts';

/**
 * Shows the same job as code for the user's app, with this server's address. A key that was just made is copied with
 * it.
 */
export function SnippetsCard({ origin, firstKey }: { origin: string; firstKey: FirstKey }) {
  const [kind, setKind] = useState<SnippetKind>('TypeScript');
  const { state, copy } = useCopy();
  const { made } = firstKey;
  return (
    <Card label="From your app" className="flex flex-col">
      <Tabs.Root
        value={kind}
        onValueChange={(next) => setKind(next as SnippetKind)}
        className="flex min-w-0 flex-1 flex-col"
      >
        <div className="card-head pl-2!">
          <Tabs.List aria-label="From your app" className="flex min-w-0 flex-1 gap-0.5 overflow-x-auto">
            {snippetKinds.map((each) => (
              <Tabs.Tab
                key={each}
                value={each}
                className="h-7 rounded-control px-2.5 text-12 font-medium whitespace-nowrap text-fg-muted hover:text-fg aria-selected:bg-active aria-selected:text-fg max-sm:h-10"
              >
                {each}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Button
            kind="ghost"
            size="small"
            icon={Copy}
            aria-label={`Copy the ${kind} snippet`}
            onClick={() => copy(snippetOf(kind, origin, made?.secret ?? null))}
          >
            <span className="min-w-[46px] text-left" role="status">
              {{ idle: 'Copy', copied: 'Copied', failed: 'Failed' }[state]}
            </span>
          </Button>
        </div>
        {snippetKinds.map((each) => (
          <Tabs.Panel key={each} value={each} className="flex min-w-0 flex-1 flex-col bg-sunken">
            {each !== 'curl' && (
              <div className="sub-head border-t-0! font-mono text-fg!">
                <span className="min-w-0 flex-1 py-2 leading-5 whitespace-pre-line wrap-anywhere">
                  {installOf(origin)}
                </span>
                <CopyButton text={installOf(origin)} label="Copy the installation" />
              </div>
            )}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, with the keyboard too. */}
            <pre tabIndex={0} className="min-h-[300px] flex-1 overflow-x-auto px-4 py-3.5 font-mono text-12 leading-5">
              <Code text={snippetOf(each, origin, made ? `rbk_********${made.key.hint}` : null)} />
            </pre>
          </Tabs.Panel>
        ))}
      </Tabs.Root>
      <KeyFoot firstKey={firstKey} />
    </Card>
  );
}
