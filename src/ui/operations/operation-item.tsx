'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import type { Operation } from '#src/contract/job/operation.ts';
import { useActorNames } from '#src/ui/data/project/use-actor-names.ts';
import { useMayWrite, useMe } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CircleCheck, CirclePause, LoaderCircle, Square } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { ProgressBar } from '#src/ui/parts/page/progress-bar.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import {
  brokenOffText,
  inputText,
  itemWord,
  kindText,
  operationHref,
  reasonsText,
} from '#src/ui/words/operation-words.ts';
import { tookText } from '#src/ui/words/time-text.ts';

const looks = {
  running: { word: 'Running', icon: LoaderCircle, colour: 'state-in-progress' },
  completed: { word: 'Completed', icon: CircleCheck, colour: 'state-completed' },
  stopped: { word: 'Stopped', icon: CirclePause, colour: 'state-cancelled' },
} as const;

const count = (value: number) => value.toLocaleString('en-US');

/** Shows one bulk operation: its kind, its progress and its end. */
export function OperationItem({ operation }: { operation: Operation }) {
  const { word, icon: Icon, colour } = looks[operation.state];
  const { kind, state, total, done, failed, createdAt, endedAt } = operation;
  const { zone } = useTimes();
  const brokenOff = brokenOffText(operation);
  const href = operationHref(operation);
  const took = endedAt ? tookText(Date.parse(endedAt) - Date.parse(createdAt)) : null;
  return (
    <li className="grid gap-2 px-4 py-3" aria-label={kindText(kind)}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={`${colour} inline-flex items-center gap-1.5 font-medium text-state-text`}>
          <Icon size={15} aria-hidden className={`text-state ${state === 'running' ? 'turning' : ''}`} />
          {word}
        </span>
        <b className="min-w-0 flex-1 max-sm:order-first max-sm:basis-full">
          <ShallowLink href={`/operations?id=${operation.id}`} title={operation.id} className="hover:underline">
            {kindText(kind)}
          </ShallowLink>{' '}
          <code className="font-mono text-12 font-normal text-fg-subtle">…{operation.id.slice(-6)}</code>{' '}
          <CopyButton
            text={operation.id}
            label="Copy the operation's id"
            className="-my-1 inline-grid size-6 align-middle"
          />
        </b>
        <span className="text-12 text-fg-subtle">
          started <Ago at={createdAt} sentence /> by <StartedBy id={operation.createdBy} />
          {took && `, took ${took}`}
        </span>
        {state === 'running' && <Stop operation={operation} />}
      </div>
      {total > 0 && (
        <ProgressBar
          label={`Progress of: ${kindText(kind)}`}
          total={Math.max(total, done + failed)}
          parts={[
            { value: done, tone: state === 'running' ? 'accent' : 'completed' },
            { value: failed, tone: 'failed' },
          ]}
        />
      )}
      <p className="flex flex-wrap justify-between gap-x-4 text-12 text-fg-muted">
        <span>
          {total === 0
            ? `There was nothing to do: no ${itemWord(kind)}`
            : `${count(done)} of ${count(total)} ${itemWord(kind)} done`}
          {failed > 0 && (
            <span className="text-failed-text">
              , {count(failed)} could not be{reasonsText(operation)}
            </span>
          )}
        </span>
        <span className="min-w-0 wrap-anywhere text-fg-subtle">
          <EndpointLink operation={operation} />
          {inputText(operation, zone)}
          {href && (
            <>
              {'; '}
              <Link href={href} prefetch={false} className={linkClass}>
                {kind === 'rerun_jobs' ? 'show the new jobs' : `show the ${itemWord(kind)}`}
              </Link>
            </>
          )}
        </span>
      </p>
      {brokenOff && <p className="text-12 text-failed-text">{brokenOff}</p>}
    </li>
  );
}

/** Says who started an operation: the person who looks, or a person or an API key by name, where it may be known. */
function StartedBy({ id }: { id: string }) {
  const me = useMe().data;
  const name = useActorNames().find(({ value }) => value === id)?.label;
  if (me?.user?.id === id) return 'you';
  const isKey = id.startsWith('key_');
  if (name === undefined) return <span title={id}>{isKey ? 'an API key' : 'another person'}</span>;
  return (
    <Link href={isKey ? '/settings/keys' : '/settings/members'} prefetch={false} title={id} className={linkClass}>
      {name}
    </Link>
  );
}

const linkClass = 'text-accent-text underline underline-offset-2';

/** Leads to the endpoint whose deliveries the operation sends again. */
function EndpointLink({ operation: { input } }: { operation: Operation }) {
  const id = 'endpointId' in input ? input.endpointId : null;
  const endpoints = useQuery(
    useTRPC().endpoints.list.queryOptions(undefined, { enabled: id !== null, staleTime: 60_000 }),
  );
  if (id === null) return null;
  return (
    <>
      to{' '}
      <Link href={`/endpoints/${id}`} prefetch={false} className={linkClass}>
        {endpoints.data?.endpoints.find((endpoint) => endpoint.id === id)?.name ?? 'a deleted endpoint'}
      </Link>
      ,{' '}
    </>
  );
}

function Stop({ operation }: { operation: Operation }) {
  const mayWrite = useMayWrite();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const stop = useMutation(
    trpc.operations.stop.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.operations.pathFilter()),
      onError: (error) =>
        toast({ tone: 'failure', title: 'It could not be stopped', description: problemOf(error).message }),
    }),
  );
  if (!mayWrite) return null;
  return (
    <Button size="small" icon={Square} busy={stop.isPending} onClick={() => stop.mutate({ id: operation.id })}>
      Stop
    </Button>
  );
}
