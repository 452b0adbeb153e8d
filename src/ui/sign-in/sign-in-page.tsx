import { Entrance } from '#src/ui/shell/entrance.tsx';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage() {
  return (
    <Entrance>
      <SignInForm />
    </Entrance>
  );
}
