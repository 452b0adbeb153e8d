/**
 * Makes a function that does its work one at a time. Calls while it is done share one more time, which begins afterwards:
 * the work may have read what it reads before the call.
 */
export function sharingNext(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = () => {
    next = undefined;
    const made = act();
    running = made;
    const end = () => {
      if (running === made) running = undefined;
    };
    made.then(end, end);
    return made;
  };
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running.then(start, start);
    return next;
  };
}
