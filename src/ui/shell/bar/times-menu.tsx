'use client';

import { Clock } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuChoice } from '#src/ui/parts/overlay/menu.tsx';
import { browserZone, useChooseTimes, useTimes } from '#src/ui/parts/time/times.tsx';

/** Chooses how this browser shows times: as ages or with their date, in UTC or in its own zone. */
export function TimesMenu({ className }: { className?: string }) {
  const { ages, zone } = useTimes();
  const choose = useChooseTimes();
  return (
    <Menu
      label="Times"
      align="end"
      className="min-w-56"
      trigger={
        <Button
          kind="ghost"
          size="icon"
          icon={Clock}
          aria-label={`Times: ${zone === 'UTC' ? 'UTC' : 'local'}${ages ? ', relative' : ''}`}
          title="Times"
          {...(className && { className })}
        />
      }
    >
      <MenuChoice
        label="When something was"
        value={ages ? 'age' : 'clock'}
        onChange={(form) => choose({ ages: form === 'age' })}
        options={[
          { value: 'age', label: 'Relative: 3 min ago' },
          { value: 'clock', label: 'Date and time' },
        ]}
      />
      <MenuChoice
        label="Clock"
        value={zone === 'UTC' ? 'utc' : 'local'}
        onChange={(clock) => choose({ zone: clock === 'utc' ? 'UTC' : browserZone() })}
        options={[
          { value: 'utc', label: 'UTC' },
          { value: 'local', label: `Local: ${browserZone()}` },
        ]}
      />
    </Menu>
  );
}
