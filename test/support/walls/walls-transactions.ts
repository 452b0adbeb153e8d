/** The folders that open transactions. A transaction holds together a verb of the engine, or a step of the store. */
const openers = ['src/engine/', 'src/store/'];

/** `.transaction(`, `.prismaTransaction(` and Prisma's own `.$transaction(`, also over several lines and with a type. */
const opening = /\.\s*(\$?\w*transaction)\s*(<[^()]*>)?\(/gi;

/** Returns one line for each transaction that a file of src opens and is not the place for. */
export function checkTransactions(file: string, text: string): string[] {
  if (openers.some((place) => file.startsWith(place))) return [];
  return [...text.matchAll(opening)].map(({ 1: call, index }) => {
    const line = text.slice(0, index).split('\n').length;
    return `${file}:${line} calls ${call}: only src/engine and src/store open transactions`;
  });
}
