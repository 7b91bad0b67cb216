import type { RunRecord, TestCase } from '../../model/record.js';
import { safeLine } from '../text/sanitize.js';
import type { AxisLabel } from './axis-meanings.js';
import { integer, list, NOT_MEASURED, plural, score, seconds, shortSeconds } from './format.js';

/** One axis on the card. */
export interface ScoreRow {
  label: AxisLabel;
  /** `–` when it was not measured or does not apply. */
  value: string;
  phrase: string;
  /** How good the value is, from 0 to 1, for the bar; null when it was not measured or has no scale. */
  share: number | null;
  tone: 'good' | 'bad' | 'warn' | null;
}

/** Every axis in the published order, then our own axes and the overhead of this program. */
export function scoreRows(record: RunRecord): ScoreRow[] {
  return [
    passRow(record),
    tokensRow(record),
    wallRow(record),
    blastRow(record),
    refusalRow(record),
    integrityRow(record),
    fidelityRow(record),
    compositeRow(record),
    measuredRow(record),
    overheadRow(record),
  ];
}

const files = (paths: readonly string[], max = 3) =>
  list(
    paths.map((path) => safeLine(path, 120)),
    max,
  );

const phraseOf = (parts: ReadonlyArray<string | false | null | undefined>, separator = '; ') =>
  parts.filter(Boolean).join(separator);

/** Why an axis has no number; null when the record gives no reason. */
function reason({ unmeasured }: RunRecord, axis: keyof RunRecord['scores']): string | null {
  const why = unmeasured[axis];
  return why === undefined ? null : safeLine(why);
}

const notApplicable = (label: AxisLabel, phrase: string): ScoreRow => ({
  label,
  value: NOT_MEASURED,
  phrase,
  share: null,
  tone: null,
});

function passRow(record: RunRecord): ScoreRow {
  const { pass, exit_code, timed_out, partial_score } = record.scores.pass_rate;
  return {
    label: 'Pass',
    value: score(pass),
    share: pass,
    tone: pass === null ? null : pass === 1 ? 'good' : 'bad',
    phrase: phraseOf([
      pass === null && reason(record, 'pass_rate'),
      timed_out && 'the tests ran out of time',
      ...testPhrases(record),
      partial_score !== null && `reward ${partial_score} by Harbor's tests/test.sh`,
      partial_score === null &&
        record.tests.length === 0 &&
        exit_code !== null &&
        `test command exit ${exit_code}`,
    ]),
  };
}

function testPhrases({ tests, visible_tests_only }: RunRecord): string[] {
  const visible = tests.filter(({ kind }) => kind !== 'hidden');
  const hidden = tests.filter(({ kind }) => kind === 'hidden');
  const passedCount = (cases: readonly TestCase[]) =>
    cases.filter(({ status }) => status === 'passed').length;
  const failedBefore = visible.filter(({ kind }) => kind === 'fail_to_pass').length;
  const failedNames = tests
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => safeLine(name, 120));
  const notRun = tests.filter(({ status }) => status === 'not_run').length;
  const phrases: string[] = [];
  if (visible.length > 0) phrases.push(`${passedCount(visible)} of ${plural(visible.length, 'test')}`);
  if (failedBefore > 0) phrases.push(`${failedBefore} failed before`);
  if (visible_tests_only && tests.length > 0) phrases.push('no hidden cases: these tests decide');
  else if (hidden.length > 0)
    phrases.push(`${passedCount(hidden)} of ${plural(hidden.length, 'hidden case')}`);
  if (failedNames.length > 0) phrases.push(`failed: ${list(failedNames)}`);
  if (notRun > 0) phrases.push(`${integer(notRun)} did not run`);
  return phrases;
}

function tokensRow(record: RunRecord): ScoreRow {
  const { tokens, pass_rate } = record.scores;
  const known = record.tokens_known_subtotal;
  const missing = tokens.total_tokens === null;
  return {
    label: 'Tokens/correct',
    value: integer(tokens.tokens_per_correct_task),
    share: tokens.tokens_per_correct_task === null ? null : record.scores.measured.cost_efficiency,
    tone: null,
    phrase: phraseOf([
      pass_rate.pass === 0 && 'no correct task to divide by',
      phraseOf(
        [
          plural(tokens.model_calls, 'call'),
          !missing && `${integer(tokens.prompt_tokens)} in`,
          !missing && `${integer(tokens.completion_tokens)} out`,
        ],
        ', ',
      ),
      missing && tokens.model_calls > 0 && (reason(record, 'tokens') ?? 'usage not reported'),
      known &&
        `known of ${plural(known.calls_with_usage, 'call')}: ${integer(known.prompt_tokens)} in, ${integer(known.completion_tokens)} out`,
      record.demo && !missing && 'characters ÷ 4',
      costPhrase(record),
    ]),
  };
}

function costPhrase({ cost }: RunRecord): string | null {
  if (cost === null) return null;
  const rate = `at ${cost.input_per_million} in, ${cost.output_per_million} out per million`;
  return cost.total === null ? `cost unknown ${rate}` : `cost ${cost.total.toFixed(4)} ${rate}`;
}

function wallRow(record: RunRecord): ScoreRow {
  const { wall_clock_ms, container_active_ms, model_call_ms } = record.scores.latency;
  return {
    label: 'Wall',
    value: seconds(wall_clock_ms),
    share: record.scores.measured.latency_efficiency,
    tone: null,
    phrase: phraseOf([
      wall_clock_ms === null && reason(record, 'latency'),
      phraseOf(
        [
          container_active_ms !== null && `agent ${seconds(container_active_ms)}`,
          model_call_ms !== null && `of which the endpoint ${seconds(model_call_ms)}`,
        ],
        ', ',
      ),
    ]),
  };
}

function blastRow(record: RunRecord): ScoreRow {
  const { blast_radius, total_changes, unexpected_changes, extra_git_dir } = record.scores.blast_radius;
  const unexpected = unexpected_changes.length;
  return {
    label: 'Blast',
    value: score(blast_radius),
    share: blast_radius === null ? null : 1 - blast_radius,
    tone: blast_radius !== null && blast_radius > 0 ? 'warn' : null,
    phrase: phraseOf([
      blast_radius === null
        ? reason(record, 'blast_radius')
        : total_changes === 0
          ? 'no file changed'
          : unexpected === 0
            ? `${plural(total_changes, 'file')} changed, as expected`
            : `${integer(unexpected)} of ${plural(total_changes, 'changed file')} not expected: ${files(unexpected_changes)}`,
      extra_git_dir && 'the agent made a .git of its own',
      record.litter.length > 0 && `build litter not counted: ${files(record.litter)}`,
    ]),
  };
}

function refusalRow(record: RunRecord): ScoreRow {
  const { refusal, not_applicable, refusal_correct, fabricated_fix_detected, refusal_reasons } =
    record.scores.refusal;
  if (not_applicable) return notApplicable('Refusal', 'this task asks for none');
  const phrases = {
    true: 'refused, and says why',
    partial: 'refusal words in the output only, no document',
    false: fabricated_fix_detected ? 'no refusal: a fix was fabricated' : 'no refusal',
  };
  return {
    label: 'Refusal',
    value: score(refusal),
    share: refusal,
    tone: refusal === null ? null : refusal === 1 ? 'good' : 'bad',
    phrase: phraseOf([
      refusal_correct === null ? reason(record, 'refusal') : phrases[refusal_correct],
      ...(refusal_reasons ?? []).slice(0, 3).map((why) => safeLine(why)),
    ]),
  };
}

function integrityRow(record: RunRecord): ScoreRow {
  const { integrity, not_applicable } = record.scores.integrity;
  if (not_applicable) return notApplicable('Integrity', 'ordinary task');
  return {
    label: 'Integrity',
    value: score(integrity),
    share: integrity,
    tone: integrity === null ? null : integrity === 1 ? 'good' : 'bad',
    phrase:
      integrity === null
        ? (reason(record, 'integrity') ?? '')
        : integrity === 1
          ? "the task's criterion holds"
          : "the task's criterion does not hold",
  };
}

function fidelityRow(record: RunRecord): ScoreRow {
  const { fidelity, honoured, declared, constraints } = record.scores.fidelity;
  if (fidelity === null)
    return notApplicable(
      'Fidelity',
      reason(record, 'fidelity') ?? (declared === 0 ? 'this task declares no constraints' : ''),
    );
  const broken = constraints.filter((constraint) => !constraint.honoured);
  return {
    label: 'Fidelity',
    value: `${honoured}/${declared}`,
    share: fidelity,
    tone: broken.length > 0 ? 'warn' : null,
    phrase: phraseOf([
      'AGENTS.md constraints',
      broken.length > 0 &&
        `broken: ${list(broken.map(({ kind, detail }) => `${safeLine(kind)} (${safeLine(detail, 160)})`))}`,
    ]),
  };
}

const demoMark = ({ demo }: RunRecord) => demo && 'DEMO';

function compositeRow(record: RunRecord): ScoreRow {
  const { composite } = record.scores.composite;
  return {
    label: 'Composite',
    value: score(composite),
    share: composite,
    tone: null,
    phrase: phraseOf(
      [
        demoMark(record),
        composite === null
          ? (reason(record, 'composite') ?? 'not scored')
          : 'v0.1 formula (cost not counted)',
      ],
      ' · ',
    ),
  };
}

const AXIS_NAMES = {
  pass_rate: 'pass',
  integrity: 'integrity',
  cost: 'cost',
  latency: 'wall',
  blast_radius: 'blast',
} as const;

function measuredRow(record: RunRecord): ScoreRow {
  const { composite, axes } = record.scores.measured;
  const counted = `over ${axes.map((axis) => AXIS_NAMES[axis]).join(', ')}`;
  return {
    label: 'Measured',
    value: score(composite),
    share: composite,
    tone: null,
    phrase: phraseOf(
      [demoMark(record), composite === null ? (reason(record, 'measured') ?? 'not scored') : counted],
      ' · ',
    ),
  };
}

function overheadRow(record: RunRecord): ScoreRow {
  const outside = Object.entries(record.phases).map(
    ([name, ms]) => `${safeLine(name, 40).replaceAll('_', ' ')} ${seconds(ms)}`,
  );
  return {
    label: 'Overhead',
    value: shortSeconds(record.overhead_ms),
    share: null,
    tone: null,
    phrase: phraseOf(["this program's own", outside.length > 0 && `outside the wall: ${outside.join(', ')}`]),
  };
}
