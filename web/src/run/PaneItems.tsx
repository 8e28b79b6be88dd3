import { memo, useEffect, useState } from 'react';
import { CodeBlock, Markdown } from '../markdown/Markdown';
import { visible } from '../markdown/visible';
import { FileIcon, ToolIcon, WarnIcon } from '../shell/icons';
import classes from './PaneItems.module.css';
import type { PaneItem } from './runModel';
import { codeOf } from './textPieces';

/** One item of a pane. Items are replaced when they change, so all that did not change is left alone. */
export const ItemView = memo(function ItemView({ item }: { item: PaneItem }) {
  switch (item.kind) {
    case 'text':
      return item.code === null ? (
        <Markdown source={item.text} />
      ) : (
        <CodeBlock
          code={codeOf({ text: item.text, code: item.code })}
          language={item.code.language}
          joins={item.code.opens ? (item.code.closes ? 'none' : 'next') : item.code.closes ? 'previous' : 'both'}
        />
      );
    case 'tool':
      return <Tool item={item} />;
    case 'gap':
      return <GapMark from={item.from} to={item.to} />;
    case 'error':
      return (
        <div className={classes.error}>
          <WarnIcon />
          <div>
            <p>{visible(item.content)}</p>
            {item.hint !== null && <p className={classes.hint}>{visible(item.hint)}</p>}
          </div>
        </div>
      );
    case 'artifact':
      return <Artifact item={item} />;
  }
});

export function GapMark({ from, to }: { from: number; to: number | null }) {
  const count = to === null ? null : to - from + 1;
  return (
    <div className={classes.gap} role="note">
      {count === null
        ? 'Some events are missing here'
        : count === 1
          ? '1 event is missing here'
          : `${count.toLocaleString()} events are missing here`}
    </div>
  );
}

function Tool({ item }: { item: Extract<PaneItem, { kind: 'tool' }> }) {
  const input = typeof item.input === 'string' ? item.input : item.input === null ? '' : JSON.stringify(item.input, null, 2);
  return (
    <details className={classes.tool} data-phase={item.phase}>
      <summary>
        <ToolIcon />
        <strong>{visible(item.name)}</strong>
        <span className={classes.summary}>{visible(summaryOf(item.input))}</span>
        <span className={classes.phase}>{PHASES[item.phase]}</span>
      </summary>
      {input !== '' && <pre tabIndex={0}>{visible(input)}</pre>}
      {item.output !== null && <pre tabIndex={0}>{visible(item.output)}</pre>}
      {input === '' && item.output === null && <p className={classes.nothing}>Nothing was passed or returned.</p>}
    </details>
  );
}

const PHASES = { started: 'running', finished: 'done', failed: 'failed' };

/** The first thing in a tool's input that a person would recognise: a path, a command, a query. */
function summaryOf(input: unknown): string {
  if (typeof input === 'string') {
    return input.slice(0, 120);
  }
  if (typeof input !== 'object' || input === null) {
    return '';
  }
  const text = Object.values(input).find((value) => typeof value === 'string');
  return typeof text === 'string' ? text.slice(0, 120) : '';
}

function Artifact({ item }: { item: Extract<PaneItem, { kind: 'artifact' }> }) {
  const whole = item.parts.length >= item.total;
  const address = useDownload(whole ? item : null);
  return (
    <div className={classes.artifact}>
      <FileIcon />
      <span className={classes.summary}>{visible(item.name)}</span>
      {address === null ? (
        <span>
          {item.parts.length} of {item.total} parts
        </span>
      ) : (
        <a href={address} download={item.name.split('/').at(-1)}>
          Download
        </a>
      )}
    </div>
  );
}

function useDownload(item: Extract<PaneItem, { kind: 'artifact' }> | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (item === null) {
      return undefined;
    }
    const parts = item.encoding === 'utf8' ? item.parts : item.parts.map(bytesOf);
    // Never as the type that the agent named: a page of HTML would be one of this origin.
    const created = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
    setAddress(created);
    return () => URL.revokeObjectURL(created);
  }, [item]);
  return address;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
