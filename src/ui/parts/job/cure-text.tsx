import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';

const setting = /\b(RINGBACK_[A-Z_]+=[^\s,;]+?)(?=[.,;]?(?:\s|$))/;

/** Shows the message of an error. If it names a setting as the cure, the setting can be copied. */
export function CureText({ text }: { text: string }) {
  const match = setting.exec(text);
  if (!match) return <VisibleText text={text} />;
  const [whole, cure = ''] = match;
  return (
    <>
      <VisibleText text={text.slice(0, match.index)} />
      <code className="rounded-tag bg-active px-1 py-px wrap-anywhere">{cure}</code>
      <CopyButton text={cure} label="Copy the setting" className="-my-1 inline-grid size-6 align-middle" />
      <VisibleText text={text.slice(match.index + whole.length)} />
    </>
  );
}
