import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Closer to the end than this is at the end: a trackpad rarely stops on the pixel. */
const NEAR_PX = 32;

/**
 * Keeps a growing view at its end while the reader is there, and where the reader put it otherwise. Only the reader
 * leaves the end, by scrolling up; growth alone never does.
 */
export function useFollowTail(view: RefObject<HTMLElement | null>, revision: unknown, startAtEnd: boolean) {
  const [following, setFollowing] = useState(startAtEnd);
  const follows = useRef(startAtEnd);
  const lastTop = useRef(0);

  const set = useCallback((value: boolean) => {
    follows.current = value;
    setFollowing(value);
  }, []);

  const toEnd = useCallback(() => {
    const element = view.current;
    if (element !== null) {
      element.scrollTop = element.scrollHeight;
      lastTop.current = element.scrollTop;
    }
  }, [view]);

  const jump = useCallback(() => {
    set(true);
    toEnd();
  }, [set, toEnd]);

  useEffect(() => {
    const element = view.current;
    if (element === null) {
      return undefined;
    }
    const onScroll = () => {
      const atEnd = element.scrollHeight - element.clientHeight - element.scrollTop < NEAR_PX;
      if (follows.current && element.scrollTop < lastTop.current - 1 && !atEnd) {
        set(false);
      } else if (!follows.current && atEnd && element.scrollTop > lastTop.current) {
        set(true);
      }
      lastTop.current = element.scrollTop;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    // Panes change their width, and what comes into view its height, without a new event.
    const resized = new ResizeObserver(() => follows.current && toEnd());
    resized.observe(element);
    if (element.firstElementChild !== null) {
      resized.observe(element.firstElementChild);
    }
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, [view, set, toEnd]);

  useLayoutEffect(() => {
    if (follows.current) {
      toEnd();
    }
  }, [revision, toEnd]);

  return { following, jump };
}
