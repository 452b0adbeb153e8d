/** Makes a function that runs each function given to it after those given before have ended. */
export function makeTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(begin: () => Promise<T>): Promise<T> => {
    const mine = last.then(begin);
    last = mine.catch(() => undefined);
    return mine;
  };
}
