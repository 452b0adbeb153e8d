'use client';

import { type SubmitEvent, useState } from 'react';
import type { InvitationInfo } from '#src/contract/project/people.ts';
import { acceptInvitation, type JoinProblem } from '#src/ui/data/project/invitation.ts';
import { chooseProject } from '#src/ui/data/project/project.ts';
import { signIn } from '#src/ui/data/project/session.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { roleHints, roleWord } from '#src/ui/words/role-words.ts';
import { SecretField } from './secret-field.tsx';

type Props = { token: string; invitation: InvitationInfo; onDead: (problem: JoinProblem) => void };
type Values = { email: string; name: string; password: string };

const shortest = 12;

/** Form that accepts an invitation. A user who is signed in only has to confirm. */
export function JoinForm({ token, invitation, onDead }: Props) {
  const { projectName, role, needsAccount, isSignedIn } = invitation;
  const [values, setValues] = useState<Values>({ email: invitation.email ?? '', name: '', password: '' });
  const [isAsked, setAsked] = useState(false);
  const missing = isAsked ? missingIn(values, invitation) : {};
  const join = useJoin(token, invitation, onDead);
  const set = (name: keyof Values) => (event: { target: { value: string } }) =>
    setValues({ ...values, [name]: event.target.value });
  const wrong = (name: keyof Values) =>
    missing[name] ?? (join.problem?.field === name ? join.problem.message : undefined);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (Object.keys(missingIn(values, invitation)).length === 0) void join.start(values);
  };
  return (
    <form
      method="post"
      noValidate
      aria-label="Join"
      onSubmit={submit}
      className="m-auto grid w-[340px] max-w-full gap-4"
    >
      <div>
        <h1 className="wrap-anywhere">Join {projectName}</h1>
        <p className="text-fg-muted">
          You are invited as <b className="text-fg">{roleWord(role).toLowerCase()}</b>. {roleHints[role]}
        </p>
      </div>
      {join.problem && !(join.problem.field && join.problem.field in values) && (
        <Banner tone="failed">{join.problem.message}</Banner>
      )}
      {invitation.email === null ? (
        <TextField
          label="Email"
          type="email"
          size="large"
          autoComplete="username"
          value={values.email}
          onChange={set('email')}
          error={wrong('email')}
        />
      ) : (
        <p>
          <span className="block font-medium">Email</span>
          <span className="wrap-anywhere">{invitation.email}</span>
          <input type="email" name="email" autoComplete="username" value={invitation.email} readOnly hidden />
        </p>
      )}
      {needsAccount && (
        <TextField
          label="Your name"
          size="large"
          autoComplete="name"
          maxLength={100}
          value={values.name}
          onChange={set('name')}
          error={wrong('name')}
        />
      )}
      {!isSignedIn && (
        <SecretField
          label="Password"
          hint={
            wrong('password')
              ? undefined
              : needsAccount
                ? `At least ${shortest} characters; nothing else is asked of it.`
                : 'You have an account with this address: its password.'
          }
          autoComplete={needsAccount ? 'new-password' : 'current-password'}
          value={values.password}
          onChange={set('password')}
          error={wrong('password')}
        />
      )}
      <Button type="submit" kind="primary" size="large" busy={join.isBusy}>
        {needsAccount ? 'Make account and join' : 'Join'}
      </Button>
      {isSignedIn && <p className="text-12 text-fg-subtle">You are signed in with this address already.</p>}
    </form>
  );
}

function missingIn(values: Values, { needsAccount, isSignedIn }: InvitationInfo): Partial<Values> {
  const found: Partial<Values> = {};
  if (values.email.trim() === '') found.email = 'Which address is yours?';
  if (needsAccount && values.name.trim() === '') found.name = 'What are you called?';
  if (needsAccount && values.password.length < shortest)
    found.password = `At least ${shortest} characters; ${shortest - values.password.length} are missing.`;
  if (!needsAccount && !isSignedIn && values.password === '') found.password = 'The password of your account.';
  return found;
}

function useJoin(token: string, { email, needsAccount, isSignedIn }: InvitationInfo, onDead: Props['onDead']) {
  const [problem, setProblem] = useState<JoinProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const start = async (values: Values) => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    const answer = await acceptInvitation({
      token,
      ...(email === null && { email: values.email.trim() }),
      ...(needsAccount && { name: values.name.trim() }),
      ...(!isSignedIn && { password: values.password }),
    });
    if (answer.ok) {
      chooseProject(answer.value.projectId);
      const refused = isSignedIn ? null : await signIn(answer.value.email, values.password);
      // The history entry is replaced, so that the back button does not return here: the link is used up.
      window.location.replace(refused === null ? '/' : '/sign-in');
      return;
    }
    setBusy(false);
    if (answer.problem.code === 'not_found') onDead(answer.problem);
    else setProblem(answer.problem);
  };
  return { problem, isBusy, start };
}
