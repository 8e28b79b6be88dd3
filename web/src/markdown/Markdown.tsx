import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { Fragment, memo, useMemo, type ReactNode } from 'react';
import classes from './Markdown.module.css';
import { visible } from './visible';

/**
 * Agents' Markdown as React elements. There is no step through HTML: what is HTML in the text is text on the page, so
 * there is nothing to sanitise. Pictures are links, since loading one would tell its server who reads.
 */
export const Markdown = memo(function Markdown({ source }: { source: string }) {
  const tokens = useMemo(() => lexer(visible(source)), [source]);
  return <>{blocks(tokens)}</>;
});

export const CodeBlock = memo(function CodeBlock({ code, language, joins }: { code: string; language: string; joins: string }) {
  return (
    <pre className={classes.code} data-joins={joins} tabIndex={0} aria-label={language === '' ? 'Code' : `${language} code`}>
      <code className={language === 'diff' ? classes.diff : undefined}>
        {language === 'diff' ? diffLines(visible(code)) : visible(code)}
      </code>
    </pre>
  );
});

function diffLines(code: string): ReactNode {
  return code.split('\n').map((line, i) => {
    const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith('@@') ? 'hunk' : undefined;
    return (
      <span key={i} data-diff={kind}>
        {line}
        {'\n'}
      </span>
    );
  });
}

function blocks(tokens: Token[]): ReactNode[] {
  return tokens.map((token, i) => <Fragment key={i}>{block(token as MarkedToken)}</Fragment>);
}

function block(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'heading':
      return heading(token);
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>;
    case 'code':
      return <CodeBlock code={token.text} language={token.lang ?? ''} joins="none" />;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'list':
      return token.ordered ? (
        <ol start={token.start === '' ? 1 : token.start}>{items(token)}</ol>
      ) : (
        <ul>{items(token)}</ul>
      );
    case 'table':
      return table(token);
    case 'hr':
      return <hr />;
    case 'html':
      return <p className={classes.literal}>{token.text.replace(/\n+$/, '')}</p>;
    case 'space':
    case 'def':
      return token.type === 'def' ? <p>{token.raw.trim()}</p> : null;
    default:
      return inline(token);
  }
}

function heading(token: Tokens.Heading): ReactNode {
  // The page's own headings come first: an agent's "# Title" is a third-level heading here.
  const Level = (['h3', 'h4', 'h5', 'h6'] as const)[Math.min(token.depth, 4) - 1] ?? 'h6';
  return <Level data-depth={token.depth}>{inlines(token.tokens)}</Level>;
}

function items(list: Tokens.List): ReactNode {
  return list.items.map((item, i) => (
    <li key={i} data-task={item.task ? '' : undefined}>
      {blocks(item.tokens)}
    </li>
  ));
}

function table(token: Tokens.Table): ReactNode {
  const cells = (row: Tokens.TableCell[], kind: 'th' | 'td') =>
    row.map((cell, i) => {
      // A heading that says nothing is none.
      const Cell = cell.text === '' ? 'td' : kind;
      return (
        <Cell key={i} data-align={cell.align ?? undefined}>
          {inlines(cell.tokens)}
        </Cell>
      );
    });
  return (
    <div className={classes.table} tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>{cells(token.header, 'th')}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, i) => (
            <tr key={i}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlines(tokens: Token[] | undefined): ReactNode[] {
  return (tokens ?? []).map((token, i) => <Fragment key={i}>{inline(token as MarkedToken)}</Fragment>);
}

function inline(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens)}</em>;
    case 'del':
      return <del>{inlines(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token.href, inlines(token.tokens), token.raw);
    case 'image':
      return link(token.href, token.text === '' ? 'picture' : token.text, token.raw);
    case 'checkbox':
      return <span className={classes.task}>{token.checked ? '\u2611' : '\u2610'} </span>;
    case 'text':
      return token.tokens === undefined ? unescape(token.text) : inlines(token.tokens);
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

function link(href: string, content: ReactNode, raw: string): ReactNode {
  // Anything else, javascript: before all, stays the text that it is.
  return /^(https?:|mailto:)/i.test(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {content}
    </a>
  ) : (
    raw
  );
}

const ENTITIES: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '\u00a9', reg: '\u00ae', trade: '\u2122',
  hellip: '\u2026', mdash: '\u2014', ndash: '\u2013', times: '\u00d7', middot: '\u00b7', bull: '\u2022', rarr: '\u2192',
  larr: '\u2190', euro: '\u20ac',
};

/** The character references that agents write; others stay as they are written. */
function unescape(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) {
      return ENTITIES[name] ?? whole;
    }
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? visible(String.fromCodePoint(code)) : whole;
  });
}
