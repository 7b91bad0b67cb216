import type { RunEvent, RunEventOf } from '../../model/events.js';
import type { Check } from '../../model/record.js';
import { list, megabytes, plural } from '../documents/format.js';
import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { hanging, indented } from '../text/wrap.js';
import { type StepLayout, stepLines } from './step-lines.js';

/** The permanent lines of an event; most events have none. */
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
      return event.done ? [installedLine(event, paint)] : [];
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
  return hanging(` ${mark} `, safeLine(text, 1_000), width - 1);
}

function checkLines({ status, title, detail, fix }: Check, paint: Palette, width: number): string[] {
  if (status !== 'warn' && status !== 'fail') return [];
  const mark = status === 'fail' ? paint.bad('✖') : paint.warn('!');
  const lines = marked(mark, detail ? `${title}: ${detail}` : title, width);
  const advice = fix === null ? [] : indented('   ', safeLine(fix, 1_000), width - 1, paint.dim);
  return [...lines, ...advice];
}

function installedLine(event: RunEventOf<'acquire_progress'>, paint: Palette): string {
  const size = paint.dim(megabytes(event.bytes_on_disk));
  return ` ${paint.good('✔')} installed ${safeLine(event.agent)} ${safeLine(event.version)}   ${size}`;
}

function testLines({ passed, cases }: RunEventOf<'tests'>, paint: Palette, width: number): string[] {
  if (passed) return [];
  const failures = cases.filter(({ status }) => status !== 'passed').map(({ name }) => safeLine(name, 120));
  if (failures.length === 0) return marked(paint.bad('✖'), 'the tests failed', width);
  return marked(paint.bad('✖'), `${plural(failures.length, 'test')} failed: ${list(failures, 6)}`, width);
}

const STOPPED: Record<RunEventOf<'agent_stopped'>['stop_reason'], string | null> = {
  finished: null,
  timed_out: 'the agent ran out of time',
  idle: 'the agent was stopped: it was silent for too long',
  budget: 'the agent was stopped: its budget was spent',
  limit: 'the agent was stopped: it went over a limit of memory, disk or output',
  crashed: 'the agent crashed',
  interrupted: 'the agent was stopped by you',
  harness: 'the run ended with an error of this program',
  not_started: 'the agent did not start',
};

function stopLines(event: RunEventOf<'agent_stopped'>, paint: Palette, width: number): string[] {
  const { stop_reason, signal, exit_code } = event;
  const what = STOPPED[stop_reason];
  if (what === null) return [];
  const status = signal !== null ? ` (${signal})` : exit_code !== null ? ` (exit ${exit_code})` : '';
  return marked(paint.warn('!'), what + (stop_reason === 'crashed' ? status : ''), width);
}
