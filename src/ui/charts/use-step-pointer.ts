import { type PointerEvent, type RefObject, useRef, useState } from 'react';

type Options = {
  /** Returns the step at a distance from the left edge, in pixels. */
  stepAt: (px: number) => number;
  /** Called with the step that was clicked. */
  onPick: (index: number) => void;
  /** Called with the first and the last step that the pointer was dragged over. */
  onDrag: ((first: number, last: number) => void) | undefined;
};

/** Least distance that makes a click a drag, in pixels. */
const dragFrom = 4;

/**
 * Follows the pointer over the steps of a chart. A finger that is moved scrolls the page, so only a mouse or a pen can
 * drag over steps.
 */
export function useStepPointer(box: RefObject<HTMLElement | null>, { stepAt, onPick, onDrag }: Options) {
  const [at, setAt] = useState<number | null>(null);
  const [dragged, setDragged] = useState<[first: number, last: number] | null>(null);
  const start = useRef<number | null>(null);
  const pxOf = (event: PointerEvent) => event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
  const spanTo = (px: number): [number, number] | null => {
    if (start.current === null || !onDrag || Math.abs(px - start.current) < dragFrom) return null;
    const [one, other] = [stepAt(start.current), stepAt(px)];
    return [Math.min(one, other), Math.max(one, other)];
  };
  const forget = () => {
    start.current = null;
    setDragged(null);
  };
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return;
      start.current = pxOf(event);
      if (onDrag && event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      setAt(stepAt(pxOf(event)));
      setDragged(event.pointerType === 'touch' ? null : spanTo(pxOf(event)));
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      if (start.current === null) return;
      const span = event.pointerType === 'touch' ? null : spanTo(pxOf(event));
      forget();
      if (span) onDrag?.(...span);
      else onPick(stepAt(pxOf(event)));
    },
    onPointerCancel: forget,
    onPointerLeave() {
      setAt(null);
    },
  };
  return { at: dragged ? null : at, dragged, handlers };
}
