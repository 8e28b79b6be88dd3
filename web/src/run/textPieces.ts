/**
 * Cuts an agent's text, as it streams, into pieces that can be shown apart: a paragraph, a list, a code block. Only the
 * last piece still changes, so only that one is read as Markdown again with every frame. Joined together the pieces are
 * the text, character for character, however it arrived.
 */
export interface TextPiece {
  text: string;
  code: CodePiece | null;
}

/** A fenced code block, or a part of one: a long one comes in several pieces. */
export interface CodePiece {
  language: string;
  /** This piece holds the opening fence. */
  opens: boolean;
  /** This piece holds the closing fence. */
  closes: boolean;
}

interface Fence {
  mark: string;
  length: number;
  language: string;
}

// Re-reading one frame's worth of either takes a few milliseconds.
const LONGEST_CODE_PIECE = 8_000;
const LONGEST_PIECE = 32_000;

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`\n]*\n?$/;
const HEADING = /^ {0,3}#{1,6}(\s|$)/;
const LIST_ITEM = /^ {0,3}([-*+]|\d{1,9}[.)])\s/;
const INDENTED = /^( {2,}|\t)/;
const BLANK = /^\s*$/;

export class TextPieces {
  /** The whole lines of the open piece. */
  #lines = '';
  /** The last line, while its end has not come. */
  #partial = '';
  #fence: Fence | null = null;
  #opensFence = false;
  #afterBlank = false;
  #inList = false;

  /** Takes more text; answers the pieces that are finished with it. */
  push(chunk: string): TextPiece[] {
    const finished: TextPiece[] = [];
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      this.#line(this.#partial + chunk.slice(start, end + 1), finished);
      this.#partial = '';
      start = end + 1;
    }
    this.#partial += chunk.slice(start);
    if (this.#lines.length + this.#partial.length > LONGEST_PIECE) {
      this.#lines += this.#partial;
      this.#partial = '';
      this.#finish(finished, false);
    }
    return finished;
  }

  /** The piece that may still grow; null when there is none. */
  open(): TextPiece | null {
    const text = this.#lines + this.#partial;
    return text === '' ? null : { text, code: this.#code(false) };
  }

  #line(line: string, finished: TextPiece[]): void {
    if (this.#fence !== null) {
      this.#lines += line;
      if (closes(this.#fence, line)) {
        this.#finish(finished, true);
        this.#fence = null;
      } else if (this.#lines.length > LONGEST_CODE_PIECE) {
        this.#finish(finished, false);
      }
      return;
    }
    if (BLANK.test(line)) {
      this.#lines += line;
      this.#afterBlank = true;
      return;
    }
    const insideItem = this.#inList && INDENTED.test(line);
    const fence = insideItem ? null : FENCE.exec(line);
    const starts =
      fence !== null ||
      (HEADING.test(line) && !insideItem) ||
      (this.#afterBlank && !insideItem && !(this.#inList && LIST_ITEM.test(line)));
    if (starts || this.#lines.length > LONGEST_PIECE) {
      this.#finish(finished, false);
    }
    if (BLANK.test(this.#lines)) {
      this.#inList = LIST_ITEM.test(line);
    }
    this.#afterBlank = false;
    this.#lines += line;
    if (fence !== null) {
      const mark = fence[1] ?? '```';
      this.#fence = { mark: mark.charAt(0), length: mark.length, language: fence[2] ?? '' };
      this.#opensFence = true;
    } else if (HEADING.test(line) && !insideItem) {
      this.#finish(finished, false);
    }
  }

  #finish(finished: TextPiece[], closesFence: boolean): void {
    if (this.#lines !== '') {
      finished.push({ text: this.#lines, code: this.#code(closesFence) });
    }
    this.#lines = '';
    this.#opensFence = false;
    this.#afterBlank = false;
    this.#inList = false;
  }

  #code(closesFence: boolean): CodePiece | null {
    return this.#fence === null
      ? null
      : { language: this.#fence.language, opens: this.#opensFence, closes: closesFence };
  }
}

function closes(fence: Fence, line: string): boolean {
  const text = line.trim();
  return (
    text.length >= fence.length && text === fence.mark.repeat(text.length) && !/^( {4}|\t)/.test(line)
  );
}

/** What stands between the fences. */
export function codeOf(piece: TextPiece & { code: CodePiece }): string {
  let text = piece.text;
  if (piece.code.opens) {
    const end = text.indexOf('\n');
    text = end < 0 ? '' : text.slice(end + 1);
  }
  if (piece.code.closes) {
    const body = text.replace(/\s*$/, '');
    text = body.slice(0, body.lastIndexOf('\n') + 1);
  }
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
