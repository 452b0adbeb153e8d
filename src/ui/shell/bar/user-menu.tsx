'use client';

import { useMe } from '#src/ui/data/project/use-me.ts';
import { LogOut } from '#src/ui/icons/icons.ts';
import { Menu, MenuItem, MenuLink } from '#src/ui/parts/overlay/menu.tsx';
import { leave } from '#src/ui/shell/leave.ts';
import { accountPlace } from '#src/ui/shell/navigation.ts';

/** Shows the user who is signed in, with a menu to sign out. */
export function UserMenu() {
  const email = useMe().data?.user?.email;
  if (email === undefined) return <div className="h-8" />;
  const trigger = (
    <button
      type="button"
      className="flex h-8 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-hover data-popup-open:bg-hover max-md:justify-center max-md:px-0"
    >
      <Avatar email={email} />
      <span className="sr-only">Signed in as </span>
      <span className="min-w-0 flex-1 truncate max-md:sr-only">{email}</span>
    </button>
  );
  return (
    <Menu trigger={trigger} label="You" side="top">
      <div className="max-w-72 truncate px-2 pt-1.5 pb-1 text-12 text-fg-subtle">{email}</div>
      {accountPlace.ready && (
        <MenuLink href={accountPlace.href} icon={accountPlace.icon}>
          {accountPlace.label}
        </MenuLink>
      )}
      <MenuItem icon={LogOut} onClick={() => void leave()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function Avatar({ email }: { email: string }) {
  return (
    <span
      className="grid size-5 flex-none place-items-center rounded-full bg-accent-soft text-[10px] font-semibold text-accent-text uppercase"
      aria-hidden
    >
      {email.slice(0, 2)}
    </span>
  );
}
