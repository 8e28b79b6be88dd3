import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

if (typeof window !== 'undefined') {
  configure({ asyncUtilTimeout: 10_000 });

  // What jsdom lacks and the components ask for.
  window.matchMedia ??= (query) =>
    ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Element.prototype.scrollIntoView ??= () => {};
  Object.defineProperty(document, 'fonts', { value: { addEventListener() {}, removeEventListener() {} } });

  afterEach(() => {
    cleanup();
    sessionStorage.clear();
    localStorage.clear();
  });
}
