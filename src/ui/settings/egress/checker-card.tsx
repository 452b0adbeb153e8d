'use client';

import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { EgressView } from '#src/contract/project/egress-check.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Card, CardBody, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { VerdictView } from './verdict-view.tsx';

/** Checks one URL as a worker would check it. */
export function CheckerCard({ egress }: { egress: EgressView | undefined }) {
  const role = useMe().data?.role;
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const check = useQuery(
    useTRPC().settings.checkEgress.queryOptions(
      { url: asked ?? '' },
      { enabled: asked !== null, gcTime: 0, staleTime: Number.POSITIVE_INFINITY, retry: false },
    ),
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const url = text.trim();
    setMissing(url === '');
    if (url === '') return;
    if (url === asked) void check.refetch();
    else setAsked(url);
  };
  return (
    <Card label="Check a URL" busy={check.isFetching}>
      <CardHead title="Check a URL" />
      {role === 'viewer' ? (
        <CardBody className="text-fg-muted">
          Members and owners can ask here why a URL is refused: the check looks up names from the server.
        </CardBody>
      ) : (
        <CardBody>
          <form noValidate onSubmit={submit} className="flex items-start gap-2">
            <TextField
              bare
              label="URL"
              mono
              className="flex-1"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              maxLength={2_048}
              placeholder="https://api.example.com/v1"
              value={text}
              onChange={(event) => setText(event.target.value)}
              error={isMissing ? 'Which URL?' : undefined}
            />
            <Button type="submit" kind="primary" busy={check.isFetching}>
              Check
            </Button>
          </form>
        </CardBody>
      )}
      {check.error ? (
        <Failure error={check.error} what="The URL could not be checked" onRetry={() => void check.refetch()} />
      ) : (
        check.data && <VerdictView verdict={check.data} egress={egress} />
      )}
      <CardFoot>
        Workers judge again at every connection and redirect, by the address they are about to dial: a name that leads
        elsewhere by then is refused then.
      </CardFoot>
    </Card>
  );
}
