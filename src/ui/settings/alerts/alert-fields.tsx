'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { AlertSettingsView } from '#src/contract/alert/alert-rules.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import type { AlertDraft } from './alert-draft.ts';

type Props = {
  draft: AlertDraft;
  onChange: (part: Partial<AlertDraft>) => void;
  /** Returns the error of a field, by the server's name for the field. */
  errorOf: (name: string) => string | undefined;
};

/** Fields for the webhook and the addresses, and the endpoints that are told. */
export function ReceiverFields({ view, draft, onChange, errorOf }: Props & { view: AlertSettingsView }) {
  return (
    <>
      {draft.slackUrl === null ? (
        <div className="grid gap-1.5">
          <span className="font-medium">Slack</span>
          <span className="flex flex-wrap items-center gap-2">
            <KeptSecret name="Slack" shown={view.slackUrl} onReplace={() => onChange({ slackUrl: '' })} />
          </span>
        </div>
      ) : (
        <TextField
          label="Slack"
          mono
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://hooks.slack.com/services/…"
          hint={
            view.slackUrl === null
              ? 'The URL of an incoming webhook, of Slack or of what takes the same messages. It is stored encrypted.'
              : 'Empty: nothing is posted any more.'
          }
          value={draft.slackUrl}
          onChange={({ target }) => onChange({ slackUrl: target.value })}
          error={errorOf('slackUrl')}
          end={
            view.slackUrl !== null && (
              <Button kind="ghost" size="small" onClick={() => onChange({ slackUrl: null })}>
                Keep the old one
              </Button>
            )
          }
        />
      )}
      <TextArea
        label="E-mail"
        rows={3}
        spellCheck={false}
        disabled={!view.canMail && view.emails.length === 0}
        placeholder={view.canMail ? 'ops@example.com' : ''}
        hint={
          view.canMail ? (
            'One address a line, at most 10.'
          ) : (
            <>
              This server sends no e-mail: set <code>RINGBACK_SMTP_URL</code> and <code>RINGBACK_MAIL_FROM</code>.
            </>
          )
        }
        value={draft.emails}
        onChange={({ target }) => onChange({ emails: target.value })}
        error={errorOf('emails')}
      />
      <ToldEndpoints />
    </>
  );
}

/** Says which endpoints are told by events, and where that is chosen. */
export function ToldEndpoints() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.endpoints.list.queryOptions());
  const told =
    data?.endpoints.filter(({ events, projectWide }) => projectWide && events.includes('alert.raised')) ?? [];
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">Endpoints</span>
      <p className="text-12 text-fg-muted">
        {told.length === 0 ? (
          <>
            None is told. An{' '}
            <Link href="/endpoints" prefetch={false} className="text-accent-text underline underline-offset-2">
              endpoint
            </Link>{' '}
            that gets events of the whole project can ask for <code>alert.raised</code> and <code>alert.cleared</code>.
          </>
        ) : (
          <>
            Told by signed events, in quiet hours too:{' '}
            {told.map(({ id, name }, index) => (
              <span key={id}>
                {index > 0 && ', '}
                <Link
                  href={`/endpoints/${id}`}
                  prefetch={false}
                  className="text-accent-text underline underline-offset-2"
                >
                  {name}
                </Link>
              </span>
            ))}
            .
          </>
        )}
      </p>
    </div>
  );
}

const zones: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Fields for the times in which people are not told. */
export function QuietFields({ draft, onChange, errorOf }: Props) {
  return (
    <>
      <Checkbox
        label="Tell nobody in quiet hours"
        hint="Of what is still there when they are over, people are told then. Endpoints are always told at once."
        checked={draft.isQuiet}
        onChange={(isQuiet) => onChange({ isQuiet })}
      />
      {draft.isQuiet && (
        <div className="grid grid-cols-[120px_120px_minmax(0,280px)] items-start gap-3 max-sm:grid-cols-2">
          <TextField
            label="From"
            type="time"
            value={draft.from}
            onChange={({ target }) => onChange({ from: target.value })}
            error={errorOf('quiet')}
          />
          <TextField
            label="To"
            type="time"
            value={draft.to}
            onChange={({ target }) => onChange({ to: target.value })}
          />
          <TextField
            className="max-sm:col-span-2"
            label="Time zone"
            list="alert-zones"
            autoComplete="off"
            value={draft.timezone}
            onChange={({ target }) => onChange({ timezone: target.value })}
            error={errorOf('timezone')}
          />
          <datalist id="alert-zones">
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </div>
      )}
    </>
  );
}
