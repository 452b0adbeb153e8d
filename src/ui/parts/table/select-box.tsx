import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';

type SelectProps = { label: string; checked: boolean | 'mixed'; onChange: (checked: boolean, range: boolean) => void };

/** Checkbox at the left of a row. With Shift it selects all rows from the one that was ticked before. */
export function SelectBox({ label, checked, onChange }: SelectProps) {
  return (
    <Checkbox
      bare
      label={label}
      checked={checked}
      onChange={(next, event) => onChange(next, 'shiftKey' in event && event.shiftKey === true)}
    />
  );
}
