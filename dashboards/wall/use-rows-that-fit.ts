import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Rows shown where the page scrolls. */
const ROWS_SCROLLED_MAX = 40;

/** Below this width the page scrolls instead of fitting the screen; the same number as in wall.css. */
const SCROLLS_BELOW = '(max-width: 899px)';

/** How many table rows fit in a box of fixed height. Measured when the box or the screen changes, never while drawing. */
export function useRowsThatFit(box: RefObject<HTMLElement | null>): number {
  const [rows, setRows] = useState(10);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const scrolls = matchMedia(SCROLLS_BELOW);
    const measure = (): void => {
      const style = getComputedStyle(element);
      const remPx = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const rem = (name: string): number => parseFloat(style.getPropertyValue(name));
      const fitting = Math.floor((element.clientHeight / remPx - rem('--row-head')) / rem('--row'));
      setRows(scrolls.matches ? ROWS_SCROLLED_MAX : Math.max(2, fitting));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return rows;
}
