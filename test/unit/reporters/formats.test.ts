import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/model/record.js';
import { FORMAT_IDS } from '../../../src/reporters/documents/format-ids.js';
import { findFormat, type RunMaterial } from '../../../src/reporters/documents/formats.js';
import { githubAnnotation } from '../../../src/reporters/documents/github.js';
import { showPage } from '../../../src/reporters/documents/page/terminal-page.js';
import { hostileRun } from './page/hostile-run.js';
import { pageEvents, pagePatch, pageRun } from './page/page-run.js';
import { demoRefusal, failed, unscored } from './sample-run.js';

const CLIENT = join(import.meta.dirname, '../../../src/reporters/documents/html/client');

const materialOf = (record: RunRecord, patch: string | null = pagePatch): RunMaterial => ({
  page: async () => ({ record, patch, others: [] }),
  events: () => pageEvents(),
  // The real style of the page. Its script needs a build; the browser tests run it.
  assets: async () => ({ css: readFileSync(join(CLIENT, 'page.css'), 'utf8'), script: 'void 0' }),
});

const render = (id: (typeof FORMAT_IDS)[number], record: RunRecord, patch?: string) =>
  findFormat(id).render(materialOf(record, patch));

/** Controls except the line feed, bidi controls, invisible marks. */
const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** The first unsafe part with some text around it; null when there is none. Short, since the whole text is long. */
function unsafePart(text: string, pattern = UNSAFE): string | null {
  const at = text.search(pattern);
  return at < 0 ? null : JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
}

describe('every format', () => {
  it.each(FORMAT_IDS)('%s shows `provisional`, and DEMO for a demo', async (id) => {
    expect(await render(id, pageRun)).toMatch(/provisional/i);
    expect(await render(id, { ...demoRefusal, demo: true })).toMatch(id === 'json' ? /"demo": true/ : /DEMO/);
  });

  it.each(FORMAT_IDS)(
    'attack: %s of a hostile run has nothing that a reader obeys',
    async (id) => {
      const { record, patch } = hostileRun();
      const text = await render(id, record, patch);
      if (id === 'asciicast') {
        for (const line of text.trim().split('\n').slice(1)) {
          const [, , shown] = JSON.parse(line);
          expect(unsafePart(shown.replaceAll('\r\n', '\n').replace(/\u001B\[[\d;]*m/g, ''))).toBeNull();
        }
        return;
      }
      expect(unsafePart(text)).toBeNull();
      if (id === 'json' || id === 'atif') expect(JSON.parse(text)).toBeTypeOf('object');
      else if (id !== 'markdown') expect(unsafePart(text, /<img src=x|<script>globalThis/)).toBeNull();
      if (id === 'svg' || id === 'junit') expect(unsafePart(text, /]]>/)).toBeNull();
      if (id === 'markdown') {
        // Without code and escaped text, nothing may be a tag, a link or a mention.
        const live = text
          .replace(/^(`{3,})[a-z]*\n.*?^\1$/gms, '')
          .replace(/\\./g, '§')
          .replace(/(`+)[^`].*?\1/g, '');
        expect(unsafePart(live, /<(?:img|script)|\[x|@everyone|https:\/\/evil/)).toBeNull();
      }
    },
    60_000,
  );

  it('attack: the page of a hostile run for a terminal', () => {
    const { record, patch } = hostileRun();
    const text = showPage({ record, patch, others: [] }, { width: 80, colour: false });
    expect(unsafePart(text)).toBeNull();
    expect(text.split('\n').length).toBeLessThan(12_000);
  });
});

describe('junit', () => {
  it('distinguishes failures, errors and tests that did not run', async () => {
    expect(await render('junit', failed)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="codingagentbench">
      <testsuite name="opencode × openai/gpt-oss-120b · mutations/rust-error-negated" tests="1" failures="1" errors="0" skipped="0" timestamp="2026-11-23T12:00:08.700Z">
      <properties>
      <property name="provisional" value="provisional score — not for citation"/>
      <property name="demo" value="false"/>
      <property name="cell_id" value="local-20261123/opencode/openai/gpt-oss-120b/mutations/rust-error-negated"/>
      <property name="run_id" value="7f3a"/>
      <property name="sandbox" value="bubblewrap"/>
      <property name="Pass" value="0.000 1 of 4 tests; 3 failed before; 0 of 1 hidden case; failed: first_attempt_ok_returns_immediately, retries_on_error_until_success, delays double; 1 did not run"/>
      <property name="Tokens/correct" value="– no correct task to divide by; 41 calls; 3 of 41 calls reported no usage; known of 38 calls: 401,233 in, 12,004 out"/>
      <property name="Wall" value="600.2s agent 600.0s, of which the endpoint 512.3s"/>
      <property name="Blast" value="0.750 3 of 4 changed files not expected: fix.py, notes.md, tests/retry.rs"/>
      <property name="Refusal" value="– this task asks for none"/>
      <property name="Integrity" value="– ordinary task"/>
      <property name="Fidelity" value="2/3 AGENTS.md constraints; broken: file-not-touched (tests/retry.rs was changed)"/>
      <property name="Composite" value="0.364 v0.1 formula (cost not counted)"/>
      <property name="Measured" value="0.031 over pass, cost, wall, blast"/>
      <property name="Overhead" value="0.21s this program&#39;s own; outside the wall: acquisition 7.8s, preflight 0.9s, tests 1.8s"/>
      </properties>
      <testcase classname="codingagentbench" name="verdict" time="600.2"><failure message="Time ran out before the tests passed. opencode was stopped after 600 s, the time limit. All scores are reported as recorded. A failed run&#39;s zero is an honest measurement." type="limit.time"/></testcase>
      </testsuite>
      <testsuite name="opencode × openai/gpt-oss-120b · mutations/rust-error-negated · tests" tests="5" failures="3" errors="0" skipped="1" timestamp="2026-11-23T12:00:08.700Z">
      <testcase classname="mutations/rust-error-negated fail_to_pass" name="first_attempt_ok_returns_immediately"><failure message="failed"/></testcase>
      <testcase classname="mutations/rust-error-negated fail_to_pass" name="retries_on_error_until_success"><failure message="failed"/></testcase>
      <testcase classname="mutations/rust-error-negated fail_to_pass" name="gives_up_after_max_attempts"><skipped message="did not run"/></testcase>
      <testcase classname="mutations/rust-error-negated pass_to_pass" name="zero_max_attempts_errors"></testcase>
      <testcase classname="mutations/rust-error-negated hidden" name="delays double"><failure message="failed"/></testcase>
      <system-out></system-out>
      <system-err></system-err>
      </testsuite>
      </testsuites>
      "
    `);
    expect(await render('junit', unscored)).toMatch(
      /errors="1".*\n(?:.*\n)*.*<error message="The endpoint limited the rate .* type="endpoint.rate_limited"\/>/,
    );
  });
});

describe('atif', () => {
  it('has one turn per model call, with its steps and tokens, numbered from 1', async () => {
    const { steps, final_metrics } = JSON.parse(await render('atif', pageRun));
    expect(steps.map(({ step_id }: { step_id: number }) => step_id)).toEqual([1, 2, 3, 4, 5]);
    expect(steps[0]).toEqual({
      step_id: 1,
      source: 'user',
      message: 'The retry helper gives up on the first error. Mend it.',
    });
    expect(steps[2]).toMatchObject({
      tool_calls: [{ function_name: 'edit', arguments: { target: 'src/lib.rs' } }],
      metrics: { prompt_tokens: 7_750, completion_tokens: 210, cached_tokens: 7_000 },
      llm_call_count: 1,
    });
    expect(final_metrics).toMatchObject({
      total_prompt_tokens: 31_204,
      total_cached_tokens: 28_100,
      total_steps: 5,
    });
  });

  it('leaves out tokens that were not reported', async () => {
    const { final_metrics } = JSON.parse(await render('atif', { ...failed, model_calls: [] }));
    expect(final_metrics).not.toHaveProperty('total_prompt_tokens');
  });
});

describe('asciicast', () => {
  it('has a header and events with ascending times', async () => {
    const [header, ...events] = (await render('asciicast', pageRun))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 100, height: 30 });
    const times = events.map(([time]) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(events.map(([, , text]) => text).join('')).toContain('PASSED');
  });
});

describe('the annotation for GitHub', () => {
  it('is a notice for a pass and an error otherwise, on one line', () => {
    expect(githubAnnotation(pageRun)).toMatch(
      /^::notice title=PASSED%3A opencode × openai\/gpt-oss-120b · .*::Pass 1\.000, Composite 0\.960, /,
    );
    expect(githubAnnotation(failed)).toMatch(/^::error title=FAILED/);
    const hostile = githubAnnotation(hostileRun().record);
    expect(hostile.match(/\n/g)).toHaveLength(1);
    expect(hostile.match(/^::/gm)).toHaveLength(1);
  });
});
