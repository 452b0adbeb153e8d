'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { countText } from '#src/ui/charts/figure-text.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { EndpointMark, healthOf } from '#src/ui/endpoints/endpoint-mark.tsx';
import { EndpointDialog } from '#src/ui/endpoints/form/endpoint-dialog.tsx';
import { Ban, EllipsisVertical, Pencil, Play, RotateCw, Send, Trash2, Zap } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { Menu, MenuItem } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

type Asked = 'edit' | 'replay' | 'disable' | 'delete' | null;

/** Shows the endpoint's name, health and URL, and its actions. */
export function EndpointHead({ endpoint, waiting }: { endpoint: Endpoint; waiting: number }) {
  const mayWrite = useMayWrite();
  const now = useNow(1_000);
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1">
        <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 wrap-anywhere">{endpoint.name}</span>
          <EndpointMark endpoint={endpoint} now={now} pill />
        </h1>
        <p className="mt-1 flex min-w-0 items-center gap-2 font-mono text-12 text-fg-muted">
          <span className="min-w-0 wrap-anywhere">{endpoint.url}</span>
          <CopyButton text={endpoint.url} label="Copy the URL" />
        </p>
        {endpoint.description && <p className="mt-1 wrap-anywhere text-fg-muted">{endpoint.description}</p>}
      </div>
      {mayWrite && <Actions endpoint={endpoint} waiting={waiting} />}
    </div>
  );
}

function Actions({ endpoint, waiting }: { endpoint: Endpoint; waiting: number }) {
  const [asked, setAsked] = useState<Asked>(null);
  const acts = useActs(endpoint, () => setAsked(null));
  const now = useNow(1_000);
  const close = (open: boolean) => {
    if (!open) setAsked(null);
  };
  return (
    <div className="flex max-w-full flex-none flex-wrap items-center gap-2">
      <Button
        kind="primary"
        icon={Zap}
        busy={acts.test.isPending}
        onClick={() => acts.test.mutate({ id: endpoint.id })}
      >
        Send test event
      </Button>
      {healthOf(endpoint, now) === 'paused' && (
        <Button
          icon={Play}
          title="Sends the oldest delivery that waits, to find out whether it is back"
          busy={acts.probe.isPending}
          onClick={() => acts.probe.mutate({ id: endpoint.id })}
        >
          Probe now
        </Button>
      )}
      {endpoint.state === 'enabled' && waiting > 0 && (
        <Button
          icon={Send}
          title="Sends all that waits, whatever time it was to wait, as fast as rate, concurrency and a recovery allow"
          busy={acts.sendWaiting.isPending}
          onClick={() => acts.sendWaiting.mutate({ id: endpoint.id })}
        >
          Send all now
        </Button>
      )}
      <Button icon={RotateCw} onClick={() => setAsked('replay')}>
        Replay
      </Button>
      <Button icon={Pencil} onClick={() => setAsked('edit')}>
        Edit
      </Button>
      {endpoint.state === 'enabled' ? (
        <Button kind="danger" icon={Ban} onClick={() => setAsked('disable')}>
          Disable
        </Button>
      ) : (
        <Button icon={Play} busy={acts.enable.isPending} onClick={() => acts.enable.mutate({ id: endpoint.id })}>
          Enable
        </Button>
      )}
      <Menu
        label="More"
        align="end"
        trigger={<Button kind="ghost" size="icon" icon={EllipsisVertical} aria-label="More actions" />}
      >
        <MenuItem icon={Trash2} danger onClick={() => setAsked('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      {asked === 'edit' && <EndpointDialog endpoint={endpoint} onClose={() => setAsked(null)} />}
      {asked === 'replay' && <ReplayDialog endpoint={endpoint} onClose={() => setAsked(null)} />}
      <ConfirmDialog
        open={asked === 'disable'}
        onOpenChange={close}
        title={`Disable ${endpoint.name}?`}
        effect="It gets nothing until it is enabled again. Its events are kept as skipped meanwhile and can be replayed."
        confirm="Disable endpoint"
        keep="Keep it enabled"
        busy={acts.disable.isPending}
        error={acts.disable.error}
        onConfirm={() => acts.disable.mutate({ id: endpoint.id })}
      />
      <ConfirmDialog
        open={asked === 'delete'}
        onOpenChange={close}
        title={`Delete ${endpoint.name}?`}
        effect="Deliveries that wait are cancelled and never sent, its secrets are erased, and jobs that name it are refused. That is final."
        confirm="Delete endpoint"
        keep="Keep it"
        busy={acts.remove.isPending}
        error={acts.remove.error}
        onConfirm={() => acts.remove.mutate({ id: endpoint.id })}
      />
    </div>
  );
}

function useActs(endpoint: Endpoint, done: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const refresh = () => {
    void queries.invalidateQueries(trpc.endpoints.pathFilter());
    void queries.invalidateQueries(trpc.deliveries.pathFilter());
    void queries.invalidateQueries(trpc.stats.pathFilter());
    done();
  };
  const failed = (what: string) => (error: unknown) =>
    toast({ tone: 'failure', title: what, description: problemOf(error).message });
  return {
    test: useMutation(
      trpc.endpoints.test.mutationOptions({
        onSuccess: ({ id, state }) => {
          refresh();
          toast({
            tone: state === 'skipped' ? 'info' : 'success',
            title: state === 'skipped' ? 'The test event is kept as skipped' : 'The test event is on its way',
            ...(state === 'skipped' && { description: 'The endpoint is disabled: enable it, then replay.' }),
            action: { label: 'Show the delivery', onClick: () => router.push(`/deliveries/${id}`) },
          });
        },
        onError: failed('The test event could not be sent'),
      }),
    ),
    sendWaiting: useMutation(
      trpc.endpoints.sendWaiting.mutationOptions({
        onSuccess: ({ deliveries }) => {
          refresh();
          toast({
            title: deliveries === 1 ? '1 delivery goes now' : `${countText(deliveries)} deliveries go now`,
            description: 'As fast as rate, concurrency and a recovery allow.',
          });
        },
        onError: failed('What waits could not be sent'),
      }),
    ),
    probe: useMutation(
      trpc.endpoints.probe.mutationOptions({
        onSuccess: () => {
          refresh();
          toast({
            title: `${endpoint.name} is probed now`,
            description: 'The oldest delivery that waits is sent. If it is taken, the others follow.',
          });
        },
        onError: failed('The endpoint could not be probed'),
      }),
    ),
    enable: useMutation(
      trpc.endpoints.enable.mutationOptions({
        onSuccess: () => {
          refresh();
          toast({ title: `${endpoint.name} is enabled`, description: 'What was skipped meanwhile can be replayed.' });
        },
        onError: failed('The endpoint could not be enabled'),
      }),
    ),
    disable: useMutation(trpc.endpoints.disable.mutationOptions({ onSuccess: refresh })),
    remove: useMutation(
      trpc.endpoints.delete.mutationOptions({
        onSuccess: ({ cancelledDeliveries }) => {
          toast({
            title: `${endpoint.name} was deleted`,
            description: `${cancelledDeliveries} deliveries were cancelled.`,
          });
          router.push('/endpoints');
        },
      }),
    ),
  };
}
