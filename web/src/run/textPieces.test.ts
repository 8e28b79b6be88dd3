import { describe, expect, it } from 'vitest';
import { codeOf, TextPieces, type TextPiece } from './textPieces';

const REPORT = [
  '# Title\n',
  'A paragraph\nof two lines.\n\n',
  '- one\n\n  still one\n- two\n\n  ```sh\n  in a list\n\n  ```\n\n',
  '```java\nint a;\n\nint b;\n```\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  'Heading\n===\n\nEnd without a line break',
].join('');

function pieces(text: string, size: number): TextPiece[] {
  const cutter = new TextPieces();
  const found: TextPiece[] = [];
  for (let at = 0; at < text.length; at += size) {
    found.push(...cutter.push(text.slice(at, at + size)));
  }
  const open = cutter.open();
  return open === null ? found : [...found, open];
}

describe('text pieces', () => {
  it('are the text, however it arrived', () => {
    for (const size of [1, 2, 3, 7, 64, REPORT.length]) {
      expect(pieces(REPORT, size).map((piece) => piece.text).join('')).toBe(REPORT);
    }
  });

  it('do not depend on how the text arrived', () => {
    expect(pieces(REPORT, 1)).toEqual(pieces(REPORT, REPORT.length));
  });

  it('keep a list, its paragraphs and its code together', () => {
    const list = pieces(REPORT, 5).find((piece) => piece.text.startsWith('- one'));
    expect(list?.text).toContain('- two');
    expect(list?.text).toContain('in a list');
  });

  it('keep a code block together across empty lines', () => {
    const code = pieces(REPORT, 5).find((piece) => piece.code !== null);
    expect(code).toEqual({ text: '```java\nint a;\n\nint b;\n```\n', code: { language: 'java', opens: true, closes: true } });
  });

  it('cut a long code block, which stays one', () => {
    const body = 'x'.repeat(99) + '\n';
    const text = `before\n\n~~~~\n${body.repeat(400)}~~~\nstill\n~~~~\nafter`;
    const found = pieces(text, 1_000);
    const code = found.filter((piece): piece is TextPiece & { code: object } => piece.code !== null) as Parameters<typeof codeOf>[0][];
    expect(code.length).toBeGreaterThan(3);
    expect(code[0]?.code).toMatchObject({ opens: true, closes: false });
    expect(code.at(-1)?.code).toMatchObject({ opens: false, closes: true });
    expect(code.map(codeOf).join('\n')).toBe(`${body.repeat(400)}~~~\nstill`);
    expect(found.at(-1)).toEqual({ text: 'after', code: null });
    expect(found.map((piece) => piece.text).join('')).toBe(text);
  });

  it('stay small when the text has no structure', () => {
    for (const text of ['word '.repeat(100_000), 'line\n'.repeat(100_000)]) {
      const found = pieces(text, 4_096);
      expect(Math.max(...found.map((piece) => piece.text.length))).toBeLessThan(40_000);
      expect(found.map((piece) => piece.text).join('')).toBe(text);
    }
  });

  it('show code that is not finished yet', () => {
    const [open] = pieces('```js\nlet a', 3);
    expect(open?.code).toEqual({ language: 'js', opens: true, closes: false });
    expect(codeOf(open as Parameters<typeof codeOf>[0])).toBe('let a');
  });
});
