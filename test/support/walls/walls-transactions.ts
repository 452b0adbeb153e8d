/** Where transactions are opened: what one holds together is a verb of the engine, or a step of the store. */
const openers = ['src/engine/', 'src/store/'];

/** TO BE MOVED: these still open transactions of their own. Nothing may be added here. */
const notYetMoved = ['src/server/listeners/'];

/** `.transaction(`, `.prismaTransaction(` and Prisma's own `.$transaction(`, also over several lines and with a type. */
const opening = /\.\s*(\$?\w*transaction)\s*(<[^()]*>)?\(/gi;

/** Returns one line for each transaction that a file of src opens and is not the place for. */
export function checkTransactions(file: string, text: string): string[] {
  if ([...openers, ...notYetMoved].some((place) => file.startsWith(place))) return [];
  return [...text.matchAll(opening)].map(({ 1: call, index }) => {
    const line = text.slice(0, index).split('\n').length;
    return `${file}:${line} calls ${call}: only src/engine and src/store open transactions`;
  });
}
