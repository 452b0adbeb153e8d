import clsx from 'clsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';

type Props = {
  text: string;
  /** What it is, for the copy button and for readers: "the command". */
  label: string;
  /** With a border of its own, where it does not fill a card. */
  boxed?: boolean;
  /** Long lines go on in the next one: for what must be seen whole, such as a link. */
  wrap?: boolean;
  /** Copies something else than what is shown, such as a value that is masked here. */
  copy?: string | (() => string);
};

const preClass = 'overflow-x-auto py-3.5 pr-12 pl-4 font-mono text-12 leading-5';

/** Text to be copied: a command, a snippet, a secret shown this once. */
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
