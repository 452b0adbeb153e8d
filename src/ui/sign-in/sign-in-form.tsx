'use client';

import { type SubmitEvent, useState } from 'react';
import { useHydrated } from '#src/ui/data/browser/use-hydrated.ts';
import { nextPage, type SignInProblem, signIn } from '#src/ui/data/project/session.ts';
import { Eye, EyeOff } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { inputBoxClass, inputClass } from '#src/ui/parts/form/input.ts';
import { Banner } from '#src/ui/parts/page/banner.tsx';

export function SignInForm() {
  const [problem, setProblem] = useState<SignInProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const isHydrated = useHydrated();
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    const found = await signIn(String(fields.get('email')), String(fields.get('password')));
    if (found === null) return window.location.assign(nextPage());
    setProblem(found);
    setBusy(false);
  };
  return (
    // The method is `post`: a form that is submitted before JavaScript runs must not put the password into the address.
    <form
      method="post"
      aria-label="Sign in"
      onSubmit={submit}
      className="mx-auto grid w-[340px] max-w-full content-start gap-4 pt-[clamp(24px,calc(50dvh-240px),30vh)] pb-6"
    >
      <h1>Sign in</h1>
      <div className="grid gap-1.5">
        <label htmlFor="email" className="font-medium">
          Email
        </label>
        <span className={inputBoxClass('large')}>
          <input
            id="email"
            name="email"
            type="email"
            autoComplete="username"
            // biome-ignore lint/a11y/noAutofocus: the page is there to be filled in, and its heading is read before.
            autoFocus
            required
            className={inputClass}
          />
        </span>
      </div>
      <PasswordField wrong={problem !== null} />
      {/* Without the script the form would come back empty, and say nothing. */}
      <Button type="submit" kind="primary" size="large" busy={busy} disabled={!isHydrated}>
        Sign in
      </Button>
      {/* Below the fields, so that nothing that was typed into moves. */}
      {problem && (
        <Banner tone="failed">
          {problem.message} <span className="text-fg-muted">{problem.advice}</span>
        </Banner>
      )}
      <p className="text-12 text-fg-subtle">
        First time here? The first start wrote your email and password to <code>credentials.json</code> in its data
        folder.
      </p>
    </form>
  );
}

function PasswordField({ wrong }: { wrong: boolean }) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="grid gap-1.5">
      <label htmlFor="password" className="font-medium">
        Password
      </label>
      <span className={inputBoxClass('large')}>
        <input
          id="password"
          name="password"
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          required
          aria-invalid={wrong || undefined}
          className={inputClass}
        />
        <button
          type="button"
          className="-mr-1.5 inline-grid size-8 flex-none place-items-center rounded-tag text-fg-subtle hover:bg-active hover:text-fg"
          aria-label={shown ? 'Hide what is typed' : 'Show what is typed'}
          onClick={() => setShown(!shown)}
        >
          <Icon size={16} aria-hidden />
        </button>
      </span>
    </div>
  );
}
