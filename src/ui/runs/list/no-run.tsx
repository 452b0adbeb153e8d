'use client';

import { SearchX, Workflow } from '#src/ui/icons/icons.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { type RunFilters, runListUrl } from './run-filters.ts';

const snippet = `// app/api/report/route.ts

import { createRingback, serve } from '@ringback/client';
import OpenAI from 'openai';

export const POST = serve(async ({ topic }: { topic: string }, io) => {
  const openai = new OpenAI({ fetch: io.fetch });
  const ask = (input: string) =>
    openai.responses.create({ model: 'gpt-5', input });

  // Both go on at once. The route ends while they do.
  const [facts, myths] = await Promise.all([
    ask(\`Facts about \${topic}\`),
    ask(\`Myths about \${topic}\`),
  ]);

  // Work of your own that must not happen twice.
  const id = await io.step('save', () =>
    saveDraft(facts.output_text, myths.output_text),
  );

  await io.sleep('1h');
  const report = await ask(\`A report from draft \${id}\`);
  return { id, report: report.output_text };
});

// Anywhere else:
const ringback = createRingback({ appUrl: 'https://app.example.com' });
const run = await ringback.start('/api/report', { topic: 'waiting' });
`;

/** Shows in place of an empty list how a run is made, or that no run passes the filters. */
export function NoRun({ filters }: { filters: RunFilters }) {
  if (runListUrl(filters, { cursor: filters.cursor }) === '/runs') {
    return (
      <EmptyState
        icon={Workflow}
        title="No run yet"
        action={
          <div className="w-[680px] max-w-full min-w-0 text-left">
            <CodeBlock text={snippet} label="the example" boxed />
          </div>
        }
      >
        A route made with serve ends while it waits, and is entered again when there is something to go on with.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title="No run matches"
      action={
        <ShallowLink href="/runs" className={buttonClass()}>
          Show all runs
        </ShallowLink>
      }
    >
      This page fills by itself when one does.
    </EmptyState>
  );
}
