import type { RunEvent, RunEventOf } from '../../model/events.js';
import type { Check } from '../../model/record.js';
import { list, megabytes, plural } from '../documents/format.js';
import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';
import { type StepLayout, stepLines } from './step-lines.js';

/** What an event leaves behind for good, as lines; most leave nothing. */
export function scrollbackLines(event: RunEvent, paint: Palette, layout: StepLayout): string[] {
  const { width } = layout;
  switch (event.type) {
    case 'step':
      return stepLines(event.step, paint, layout);
    case 'warning':
      return marked(paint.warn('!'), event.message, width);
    case 'check':
      return checkLines(event.check, paint, width);
    case 'acquire_progress':
      return event.done ? [installed(event, paint)] : [];
    case 'diff':
      return event.tampering.flatMap(({ path, what }) =>
        marked(paint.bad('✖'), `${safeLine(path)}: ${safeLine(what)}`, width),
      );
    case 'tests':
      return testLines(event, paint, width);
    case 'agent_stopped':
      return stopLines(event, paint, width);
    default:
      return [];
  }
}

function marked(mark: string, text: string, width: number): string[] {
  return wrap(safeLine(text, 1_000), width - 4).map((line, i) =>
    i === 0 ? ` ${mark} ${line}` : `   ${line}`,
  );
}

function checkLines({ status, title, detail, fix }: Check, paint: Palette, width: number): string[] {
  if (status !== 'warn' && status !== 'fail') return [];
  const mark = status === 'fail' ? paint.bad('✖') : paint.warn('!');
  const said = marked(mark, detail ? `${title}: ${detail}` : title, width);
  const advice =
    fix === null ? [] : wrap(safeLine(fix, 1_000), width - 4).map((line) => `   ${paint.dim(line)}`);
  return [...said, ...advice];
}

function installed(event: RunEventOf<'acquire_progress'>, paint: Palette): string {
  const size = paint.dim(megabytes(event.bytes_on_disk));
  return ` ${paint.good('✔')} installed ${safeLine(event.agent)} ${safeLine(event.version)}   ${size}`;
}

function testLines({ passed, cases }: RunEventOf<'tests'>, paint: Palette, width: number): string[] {
  if (passed) return [];
  const wrong = cases.filter(({ status }) => status !== 'passed').map(({ name }) => safeLine(name, 120));
  if (wrong.length === 0) return marked(paint.bad('✖'), 'the tests failed', width);
  return marked(paint.bad('✖'), `${plural(wrong.length, 'test')} failed: ${list(wrong, 6)}`, width);
}

const STOPPED: Record<RunEventOf<'agent_stopped'>['stop_reason'], string | null> = {
  finished: null,
  timed_out: 'the agent ran out of time',
  idle: 'the agent was stopped: it had gone silent',
  budget: 'the agent was stopped: its budget was spent',
  limit: 'the agent was stopped: it went over a limit of memory, disk or output',
  crashed: 'the agent crashed',
  interrupted: 'the agent was stopped by you',
  harness: 'the run ended on a fault of this program',
  not_started: 'the agent did not start',
};

function stopLines(event: RunEventOf<'agent_stopped'>, paint: Palette, width: number): string[] {
  const what = STOPPED[event.stop_reason];
  if (what === null) return [];
  const how =
    event.signal !== null
      ? ` (${event.signal})`
      : event.exit_code !== null
        ? ` (exit ${event.exit_code})`
        : '';
  return marked(paint.warn('!'), what + (event.stop_reason === 'crashed' ? how : ''), width);
}
