import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// What jsdom lacks and the components ask for.
window.matchMedia ??= (query) =>
  ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
// jsdom's own is neither found by every component nor needed here.
Object.defineProperty(document, 'fonts', { value: { addEventListener() {}, removeEventListener() {} } });

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
});
