// Everything that is not shown, moves the cursor or turns the direction of what follows; line feed and tab are fine.
const HIDDEN = /\r\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with its control characters spelled out (`\x1b`, `\u202e`), so that it cannot pretend to be other text. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (found) => {
    if (found === '\r\n') {
      return '\n';
    }
    const code = found.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
