'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { type AlertKind, type AlertRule, type AlertSettingsView, alertKinds } from '#src/contract/alert/alert-rules.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Card, CardBody, CardHead } from '#src/ui/parts/page/card.tsx';
import { type AlertDraft, alertKindWords, changeOfAlerts, draftOfAlerts, waitOptions } from './alert-draft.ts';
import { QuietFields, ReceiverFields } from './alert-fields.tsx';

/** Form for who is told of alerts, when, and of what. All of it is saved together. */
export function AlertsForm({ view }: { view: AlertSettingsView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOfAlerts(view));
  const set = useMutation(
    trpc.alerts.set.mutationOptions({
      onSuccess: (next) => {
        toast({ title: 'Saved', description: 'It holds from now on.' });
        queries.setQueryData(trpc.alerts.settings.queryKey(), next);
      },
    }),
  );
  const change = changeOfAlerts(draft, view);
  const isSame = Object.keys(change).length === 0;
  const problem = set.error ? problemOf(set.error) : null;
  const errorOf = (name: string) => (problem?.field?.split('.')[0] === name ? problem.message : undefined);
  const isPlaced = ['slackUrl', 'emails', 'timezone', 'quiet'].some((name) => errorOf(name) !== undefined);
  const edit = (part: Partial<AlertDraft>) => setDraft({ ...draft, ...part });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isSame) set.mutate(change);
  };
  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {problem && !isPlaced && <Banner tone="failed">{problem.message}</Banner>}
      <Card label="Who is told">
        <CardHead title="Who is told" />
        <CardBody className="grid gap-5">
          <ReceiverFields view={view} draft={draft} onChange={edit} errorOf={errorOf} />
        </CardBody>
      </Card>
      <Card label="Of what">
        <CardHead title="Of what" />
        <ul className="divide-y">
          {alertKinds.map((kind) => (
            <RuleLine
              key={kind}
              kind={kind}
              rule={draft.rules[kind]}
              onChange={(rule) => edit({ rules: { ...draft.rules, [kind]: rule } })}
            />
          ))}
        </ul>
      </Card>
      <Card label="Quiet hours">
        <CardHead title="Quiet hours" />
        <CardBody className="grid gap-4">
          <QuietFields draft={draft} onChange={edit} errorOf={errorOf} />
        </CardBody>
      </Card>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {!isSame && <Button onClick={() => setDraft(draftOfAlerts(view))}>Discard</Button>}
        <Button type="submit" kind="primary" busy={set.isPending} reason={isSame ? 'Nothing is changed.' : null}>
          Save
        </Button>
      </div>
    </form>
  );
}

type RuleProps = { kind: AlertKind; rule: AlertRule; onChange: (rule: AlertRule) => void };

function RuleLine({ kind, rule, onChange }: RuleProps) {
  const { label, about } = alertKindWords[kind];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <Checkbox label={label} hint={about} checked={rule.told} onChange={(told) => onChange({ ...rule, told })} />
      </div>
      <Select
        label={`${label}: when to tell`}
        className="w-[140px] max-sm:ml-6.5"
        disabled={!rule.told}
        value={String(rule.afterSeconds)}
        options={waitOptions(rule.afterSeconds)}
        onChange={(value) => onChange({ ...rule, afterSeconds: Number(value) })}
      />
    </li>
  );
}
