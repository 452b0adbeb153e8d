'use client';

import { type AlertSettingsView, alertKinds } from '#src/contract/alert/alert-rules.ts';
import { Card, CardBody, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { alertKindWords, ruleText } from './alert-draft.ts';
import { ToldEndpoints } from './alert-fields.tsx';

/** Shows the alert settings to people who may not change them. */
export function AlertsList({ view }: { view: AlertSettingsView }) {
  const { slackUrl, emails, quiet, timezone, rules } = view;
  return (
    <>
      <Card label="Who is told">
        <CardHead title="Who is told" />
        <CardBody className="grid gap-4">
          <Fact label="Slack" value={slackUrl ?? 'Nothing is posted.'} />
          <Fact label="E-mail" value={emails.length === 0 ? 'Nobody.' : emails.join(', ')} />
          <ToldEndpoints />
          <Fact label="Quiet hours" value={quiet === null ? 'None.' : `${quiet.from} to ${quiet.to}, ${timezone}`} />
        </CardBody>
      </Card>
      <Card label="Of what">
        <CardHead title="Of what" />
        <ul className="divide-y">
          {alertKinds.map((kind) => (
            <li key={kind} className="flex flex-wrap gap-x-4 px-4 py-3">
              <span className="min-w-0 flex-1">{alertKindWords[kind].label}</span>
              <span className="text-fg-muted">{ruleText(rules[kind])}</span>
            </li>
          ))}
        </ul>
        <CardFoot>Owners of the project change these.</CardFoot>
      </Card>
    </>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className="grid gap-1">
      <span className="font-medium">{label}</span>
      <span className="text-fg-muted wrap-anywhere">{value}</span>
    </div>
  );
}
