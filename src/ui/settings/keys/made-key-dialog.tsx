'use client';

import { useState } from 'react';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';

type Language = 'curl' | 'typescript';

/** Shows a key's secret, only once, and how to use it. */
export function MadeKeyDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const [language, setLanguage] = useState<Language>('curl');
  const origin = window.location.origin;
  return (
    <Dialog
      open
      wide
      insistent
      onOpenChange={(open) => !open && onClose()}
      title={`${name} is made`}
      description="Store it now: only its hash is kept here, so that it cannot be shown again."
      footer={
        <Button kind="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <CodeBlock boxed wrap label="the key" text={secret} />
      <div className="mt-1 flex items-center gap-2">
        <h3 className="flex-1">Try it</h3>
        <Segmented<Language>
          label="Language"
          value={language}
          onChange={setLanguage}
          options={[
            { value: 'curl', label: 'curl' },
            { value: 'typescript', label: 'TypeScript' },
          ]}
        />
      </div>
      <CodeBlock boxed label="the snippet" text={language === 'curl' ? curl(origin) : typescript(origin)} />
      <p className="text-12 text-fg-subtle">
        The key is read from <code>RINGBACK_API_KEY</code>, so that the snippet holds no secret.
      </p>
    </Dialog>
  );
}

function curl(origin: string): string {
  return [
    `curl ${origin}/v1/jobs \\`,
    '  -H "Authorization: Bearer $RINGBACK_API_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"url":"${origin}/playground/target?plan=429,200"}'`,
  ].join('\n');
}

function typescript(origin: string): string {
  return [
    "import { createRingback } from '@ringback/client';",
    '',
    `const ringback = createRingback({ url: '${origin}' });`,
    'const job = await ringback.submit({',
    `  url: '${origin}/playground/target?plan=429,200',`,
    '});',
  ].join('\n');
}
