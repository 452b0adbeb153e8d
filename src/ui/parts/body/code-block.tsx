import clsx from 'clsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';

type Props = {
  text: string;
  /** Name of the text, for the copy button and for screen readers: "the command". */
  label: string;
  /** Adds a border, for a block that does not fill a card. */
  boxed?: boolean;
  /** Wraps long lines, for text that must be seen whole, such as a link. */
  wrap?: boolean;
  /** Text that is copied instead of the shown one, such as a value that is masked here. */
  copy?: string | (() => string);
};

const preClass = 'overflow-x-auto py-3.5 pr-12 pl-4 font-mono text-12 leading-5';

/** Shows text to be copied: a command, a snippet, or a secret that is shown only once. */
export function CodeBlock({ text, label, boxed = false, wrap = false, copy = text }: Props) {
  return (
    <div className={clsx('relative bg-sunken', boxed && 'rounded-control border')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, with the keyboard too. */}
      <pre tabIndex={0} className={clsx(preClass, wrap && 'whitespace-pre-wrap wrap-anywhere')}>
        {text}
      </pre>
      <span className="absolute top-2 right-2 rounded-tag bg-sunken">
        <CopyButton
          text={copy}
          label={`Copy ${label}`}
          className="size-7 text-fg-subtle hover:bg-active hover:text-fg max-sm:size-10"
        />
      </span>
    </div>
  );
}
