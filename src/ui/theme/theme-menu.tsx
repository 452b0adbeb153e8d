'use client';

import { Menu } from '@base-ui/react/menu';
import { Check, Monitor, Moon, Sun } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { menuItemClass, menuPopupClass } from '#src/ui/parts/overlay/popup.ts';
import { type Theme, useTheme } from './use-theme.ts';

const themes = [
  { value: 'system', word: 'System', icon: Monitor },
  { value: 'light', word: 'Light', icon: Sun },
  { value: 'dark', word: 'Dark', icon: Moon },
] as const;

export function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  const current = themes.find(({ value }) => value === theme) ?? themes[0];
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={buttonClass('ghost', 'icon')} aria-label={`Theme: ${current.word}`} title="Theme">
        <Sun size={16} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-40">
          <Menu.Popup className={`${menuPopupClass} min-w-36`} aria-label="Theme">
            <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => setTheme(value)}>
              {themes.map(({ value, word, icon: Icon }) => (
                <Menu.RadioItem key={value} value={value} closeOnClick className={menuItemClass}>
                  <Icon size={16} aria-hidden className="text-fg-subtle" />
                  <span className="flex-1">{word}</span>
                  <Menu.RadioItemIndicator>
                    <Check size={14} aria-hidden />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
