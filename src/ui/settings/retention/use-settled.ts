'use client';

import { useEffect, useState } from 'react';

/**
 * Returns a value once it has not changed for a while, such as typed text when the typing pauses. Values are compared
 * as JSON.
 */
export function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), afterMs);
    return () => clearTimeout(timer);
  }, [text, afterMs]);
  return settled;
}
