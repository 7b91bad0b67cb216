import { describe, expect, it } from 'vitest';
import { startClock } from '../../../src/host/clock.js';
import type { RunEvent } from '../../../src/model/events.js';
import { startTrace } from '../../../src/run/trace.js';

function traceWith(secret: string | null) {
  const events: RunEvent[] = [];
  return { trace: startTrace(startClock(), secret, (event) => events.push(event)), events };
}

describe('the trace', () => {
  it.each(['sk-"quoted\\key"', 'sk-plain-0123456789'])(
    'attack: replaces the key %s when an agent prints it',
    (key) => {
      const { trace, events } = traceWith(key);
      trace.emit({ type: 'agent_output', stream: 'stdout', text: `before ${key} after` });
      expect(events[0]).toMatchObject({ text: 'before [key] after' });
    },
  );

  it('does not change text when the key is a short word', () => {
    const { trace, events } = traceWith('none');
    trace.emit({ type: 'warning', message: 'none was found' });
    expect(events[0]).toMatchObject({ message: 'none was found' });
  });

  it('gives a span an id of 32 hex digits, the id of its parent, and the attributes passed to `open` and `end`', () => {
    const { trace, events } = traceWith(null);
    const outer = trace.open({ kind: 'adapter_run', name: 'a', parent_id: null, attrs: { timeout_s: 1 } });
    trace.open({ kind: 'container', name: 'b', parent_id: outer.id }).end({}, 'it broke');
    outer.end({ exit_code: 0 });
    const spans = events.flatMap((event) => (event.type === 'span' ? [event.span] : []));
    expect(spans.map(({ name, parent_id, attrs, error }) => ({ name, parent_id, attrs, error }))).toEqual([
      { name: 'b', parent_id: outer.id, attrs: {}, error: 'it broke' },
      { name: 'a', parent_id: null, attrs: { timeout_s: 1, exit_code: 0 }, error: null },
    ]);
    expect(outer.id).toMatch(/^[0-9a-f]{32}$/);
  });
});
