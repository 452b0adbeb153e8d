'use client';

import { showOverlay } from '#src/ui/data/browser/overlay.ts';
import { CircleQuestionMark, Keyboard } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuAway, MenuItem, MenuLine } from '#src/ui/parts/overlay/menu.tsx';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';
import { helpPages } from '#src/ui/shell/navigation.ts';

/** The keys, and the documentation that this Ringback serves itself. */
export function HelpMenu({ className }: { className?: string }) {
  return (
    <Menu
      label="Help"
      align="end"
      trigger={
        <Button
          kind="ghost"
          size="icon"
          icon={CircleQuestionMark}
          aria-label="Help"
          title="Help"
          {...(className && { className })}
        />
      }
    >
      <MenuItem icon={Keyboard} end={<Kbd keys="?" />} onClick={() => showOverlay('shortcuts')}>
        Keyboard shortcuts
      </MenuItem>
      <MenuLine />
      {helpPages.map(({ href, label, icon }) => (
        <MenuAway key={href} href={href} icon={icon}>
          {label}
        </MenuAway>
      ))}
    </Menu>
  );
}
