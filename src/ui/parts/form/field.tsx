'use client';

import { Field as Base } from '@base-ui/react/field';
import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { CircleX } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { inputBoxClass, inputClass } from './input.ts';

type FieldProps = {
  label: string;
  hint?: ReactNode;
  /** Error of the field as a sentence. With it, the field is shown as wrong. */
  error?: string | undefined;
  /** The label is not shown, but screen readers read it out. */
  bare?: boolean;
  className?: string;
};

/**
 * Shows a label, the control that it names, a hint, and the error below them. The control is a `Select`, a `Switch` or
 * an input of Base UI.
 */
export function Field(props: FieldProps & { children: ReactNode }) {
  const { label, hint, error, bare = false, className, children } = props;
  return (
    <Base.Root invalid={error !== undefined} className={clsx('grid min-w-0 content-start gap-1.5', className)}>
      <Base.Label className={bare ? 'sr-only' : 'justify-self-start font-medium'}>{label}</Base.Label>
      {children}
      {hint && <Base.Description className="text-12 text-fg-subtle">{hint}</Base.Description>}
      <Base.Error
        match={error !== undefined}
        role="alert"
        className="flex items-start gap-1.5 text-12 text-failed-text"
      >
        <CircleX size={14} aria-hidden className="mt-0.5 flex-none" />
        <span className="min-w-0 wrap-anywhere">{error}</span>
      </Base.Error>
    </Base.Root>
  );
}

type TextProps = FieldProps & {
  icon?: Icon;
  mono?: boolean;
  size?: 'small' | 'medium' | 'large';
  /** Content at the right inside the box: a unit or a key. */
  end?: ReactNode;
};

/**
 * A line of text with its label. All props of an `input` are passed to it, also the ones that `register` of a form
 * returns.
 */
export function TextField(props: TextProps & Omit<ComponentProps<'input'>, 'size' | 'className'>) {
  const { label, hint, error, bare, className, icon: Icon, mono = false, size = 'medium', end, ...input } = props;
  return (
    <Field {...fieldOf({ label, hint, error, bare, className })}>
      <span className={inputBoxClass(size)}>
        {Icon && <Icon size={14} aria-hidden className="flex-none text-fg-subtle" />}
        <Base.Control render={<input {...input} />} className={clsx(inputClass, mono && 'font-mono text-12')} />
        {end && <span className="flex-none">{end}</span>}
      </span>
    </Field>
  );
}

/** Several lines of text with their label. */
export function TextArea(
  props: Omit<TextProps, 'icon' | 'end' | 'size'> & Omit<ComponentProps<'textarea'>, 'className'>,
) {
  const { label, hint, error, bare, className, mono = false, rows = 4, ...area } = props;
  return (
    <Field {...fieldOf({ label, hint, error, bare, className })}>
      <span className={inputBoxClass('area')}>
        <Base.Control
          render={<textarea {...area} rows={rows} />}
          className={clsx(inputClass, 'resize-y', mono && 'font-mono text-12 leading-5')}
        />
      </span>
    </Field>
  );
}

type Given = { [Key in keyof FieldProps]: FieldProps[Key] | undefined };

function fieldOf({ label, hint, error, bare, className }: Given): FieldProps {
  return {
    label: label ?? '',
    error,
    ...(hint !== undefined && { hint }),
    ...(bare !== undefined && { bare }),
    ...(className !== undefined && { className }),
  };
}
