import { describe, expect, it } from 'vitest';
import { event, output } from '../testing/events';
import { RunModel } from './runModel';

function modelOf(...events: Parameters<RunModel['apply']>[0][]): RunModel {
  const model = new RunModel();
  events.forEach((each) => model.apply(each));
  return model;
}

const textOf = (model: RunModel, variation = 0) => model.pane(variation).latest?.text();

describe('a run model', () => {
  it('puts the pieces of output together, variation by variation', () => {
    const model = modelOf(output(0, 1, 1, 'Hel'), output(1, 1, 1, 'other'), output(0, 1, 2, 'lo'));
    expect(textOf(model, 0)).toBe('Hello');
    expect(textOf(model, 1)).toBe('other');
  });

  it('changes nothing for what it has heard before', () => {
    const all = [output(0, 1, 1, 'a'), output(0, 1, 2, 'b'), event('agent_usage', 0, [1, 3], {
      model: null, inputTokens: 5, outputTokens: 2, costUsd: 0.5, costSource: 'reported',
    })];
    const model = modelOf(...all, ...all, output(0, 1, 4, 'c'), ...all);
    expect(textOf(model)).toBe('abc');
    expect(model.pane(0).latest?.usage).toEqual({ inputTokens: 5, outputTokens: 2, costUsd: 0.5, estimated: false });
  });

  it('knows how far it is with every producer', () => {
    const model = modelOf(
      event('status', 'run', [1, 1], { variation: 0, attempt: 1, state: 'running', outcome: null, reason: null, detail: null }),
      output(1, 1, 1, 'b'),
      output(0, 2, 1, 'a'),
    );
    expect(model.position()).toBe('0:2-1,1:1-1,run:1-1');
  });

  it('marks a gap where the contract says that events are gone', () => {
    const model = modelOf(output(0, 1, 1, 'a'), event('gap', 0, [1, 4], { from: 2, to: 4 }), output(0, 1, 5, 'b'));
    expect(model.pane(0).latest?.items.map((item) => item.kind)).toEqual(['text', 'gap', 'text']);
    expect(model.pane(0).latest?.items[1]).toEqual({ kind: 'gap', from: 2, to: 4 });
  });

  it('marks a gap of unknown end', () => {
    const model = modelOf(output(0, 1, 1, 'a'), event('gap', 0, [1, 2], { from: 2, to: null }));
    expect(model.pane(0).latest?.items[1]).toEqual({ kind: 'gap', from: 2, to: null });
  });

  it('marks what is missing even when nobody says so', () => {
    const model = modelOf(output(0, 1, 1, 'a'), output(0, 1, 4, 'd'));
    expect(model.pane(0).latest?.items[1]).toEqual({ kind: 'gap', from: 2, to: 3 });
  });

  it('starts a new page for a new attempt and keeps the old one', () => {
    const model = modelOf(output(0, 1, 1, 'first'), output(0, 2, 1, 'second'), output(0, 1, 2, ' late'));
    expect(model.pane(0).attempts.map((attempt) => [attempt.epoch, attempt.text()])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('joins the phases of a tool call', () => {
    const model = modelOf(
      event('agent_tool', 0, [1, 1], { callId: 'c', name: 'read', phase: 'started', input: { path: 'a' }, output: null }),
      output(0, 1, 2, 'meanwhile'),
      event('agent_tool', 0, [1, 3], { callId: 'c', name: 'read', phase: 'finished', input: null, output: 'text' }),
    );
    expect(model.pane(0).latest?.items).toEqual([
      { kind: 'tool', callId: 'c', name: 'read', phase: 'finished', input: { path: 'a' }, output: 'text' },
      { kind: 'text', text: 'meanwhile', code: null },
    ]);
  });

  it('keeps what did not change as it was', () => {
    const model = modelOf(output(0, 1, 1, 'one\n\ntwo\n\nthree\nfo'));
    const before = [...(model.pane(0).latest?.items ?? [])];
    model.apply(output(0, 1, 2, 'ur'));
    const after = model.pane(0).latest?.items ?? [];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });

  it('puts an artifact together', () => {
    const part = (seq: number, number: number, content: string) =>
      event('agent_artifact', 0, [1, seq], { name: 'a.patch', mediaType: 'text/x-diff', part: number, parts: 2, encoding: 'utf8', content });
    expect(modelOf(part(1, 1, 'x'), part(2, 2, 'y')).pane(0).latest?.items).toMatchObject([{ parts: ['x', 'y'], total: 2 }]);
  });

  it('closes a pane by the status of the run, since a crashed agent says nothing', () => {
    const model = modelOf(
      output(0, 1, 1, 'half'),
      event('status', 'run', [1, 1], {
        variation: 0, attempt: 1, state: 'ended', outcome: 'agent_crashed', reason: 'exit', detail: 'It ended with code 1.',
      }),
    );
    expect(model.pane(0).status).toEqual({
      state: 'ended',
      attempt: 1,
      outcome: 'agent_crashed',
      reason: 'exit',
      detail: 'It ended with code 1.',
    });
  });

  it('bounds the log of a chatty agent and counts what it dropped', () => {
    const model = new RunModel();
    for (let seq = 1; seq <= 12_000; seq++) {
      model.apply(event('agent_log', 0, [1, seq], { level: 'info', content: `line ${seq}` }));
    }
    const attempt = model.pane(0).latest;
    expect((attempt?.logs.length ?? 0) + (attempt?.droppedLogs ?? 0)).toBe(12_000);
    expect(attempt?.logs.length).toBeLessThanOrEqual(10_000);
    expect(attempt?.logs.at(-1)?.content).toBe('line 12000');
  });

  it('shows messages without a number as they come', () => {
    const model = modelOf(event('agent_output', 0, [], { content: 'Test message' }), event('agent_output', 0, [], { content: '!' }));
    expect(textOf(model)).toBe('Test message!');
  });

  it('knows when the run is complete', () => {
    const model = modelOf(
      event('caught_up', 'run', [], {}),
      event('run_complete', 'run', [1, 1], { state: 'cancelled', position: 'run:1-1' }),
    );
    expect([model.caughtUp, model.complete, model.state]).toEqual([true, true, 'cancelled']);
  });
});
