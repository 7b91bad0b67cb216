import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { asciicast } from '../../src/reporters/documents/asciicast.js';
import { resultOf } from '../../src/reporters/documents/compare/cell-result.js';
import { compareResults } from '../../src/reporters/documents/compare/comparison.js';
import { publishedCells } from '../../src/reporters/documents/compare/published-cells.js';
import { cellHtml } from '../../src/reporters/documents/html/cell-html.js';
import { compareHtml } from '../../src/reporters/documents/html/compare-html.js';
import { named } from '../needs.js';
import { hostileRun } from '../unit/reporters/page/hostile-run.js';
import { pageEvents, pagePatch, pageRun } from '../unit/reporters/page/page-run.js';
import { failed, passed, unscored } from '../unit/reporters/sample-run.js';

const DIST = join(import.meta.dirname, '..', '..', 'dist', 'page');
const assets = () => ({
  css: readFileSync(join(DIST, 'page.css'), 'utf8'),
  script: readFileSync(join(DIST, 'page.js'), 'utf8'),
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? null : `${executablePath}, or CHROMIUM`;

let dir: string;
let browser: Browser;
beforeAll(async () => {
  if (missing) return;
  dir = mkdtempSync(join(tmpdir(), 'cab-browser-'));
  browser = await chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
});
afterAll(async () => {
  if (missing) return;
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

async function htmlOf(record: RunRecord, patch: string | null): Promise<string> {
  const cast = await asciicast(record, pageEvents(), { maxBytes: 100_000 });
  return cellHtml({ record, patch, others: [], cast }, assets());
}

/** Opens the page from a file. `problems` collects its network requests, dialogs and console output. */
async function open(
  text: string,
  colorScheme: 'light' | 'dark' = 'light',
  width = 1280,
): Promise<{ page: Page; problems: string[] }> {
  const file = join(dir, 'page.html');
  writeFileSync(file, text);
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  const problems: string[] = [];
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => problems.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) problems.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

/** The serious and critical violations that axe-core finds. */
async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    // We cannot fix the markup of the player.
    const results = await axe.run({ exclude: ['#terminal'] });
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

describe.skipIf(missing)(named('the HTML cell page', missing), () => {
  it.each([
    ['light', 1280, pageRun],
    ['dark', 1280, pageRun],
    ['light', 380, failed],
    ['dark', 380, unscored],
  ] as const)(
    'in %s at %i px: no serious accessibility violation, no network request',
    async (scheme, width, record) => {
      const { page, problems } = await open(await htmlOf(record, pagePatch), scheme, width);
      await page.locator('.ap-player, .ap-wrapper').first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await page.close();
    },
  );

  it('prints dark on white, also from a dark screen', async () => {
    const { page } = await open(await htmlOf(pageRun, pagePatch), 'dark');
    await page.emulateMedia({ media: 'print' });
    const colours =
      'const { color, backgroundColor } = getComputedStyle(document.body); [color, backgroundColor]';
    expect(await page.evaluate(colours)).toEqual(['rgb(20, 23, 28)', 'rgb(255, 255, 255)']);
    expect(await page.locator('.controls').isVisible()).toBe(false);
    await page.close();
  });

  it('replays the trace with the documented keys', async () => {
    const { page } = await open(await htmlOf(pageRun, pagePatch));
    const clock = () => page.locator('.clock').textContent();
    await page.keyboard.press('ArrowRight');
    expect(await clock()).toBe('t = 100 ms / 13.08 s');
    await page.keyboard.press('.');
    expect(await clock()).toBe('t = 200 ms / 13.08 s');
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    expect(await clock()).toBe('t = 0 ms / 13.08 s');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('.open-spans').textContent()).toMatch(/opencode-run.* › model_call:2$/);
    expect(await page.locator('.attrs').textContent()).toContain('n4');
    await page.keyboard.press('ArrowLeft');
    expect(await clock()).toBe('t = 200 ms / 13.08 s');
    await page.keyboard.press(' ');
    await page.waitForFunction("!document.querySelector('.clock').textContent.startsWith('t = 200 ms')");
    expect(await page.locator('.play').getAttribute('aria-label')).toBe('pause');
    await page.keyboard.press(' ');
    expect(await page.locator('.play').getAttribute('aria-label')).toBe('play');
    await page.close();
  });

  it('plays the recording in a terminal, and sorts the calls by any column', async () => {
    const { page, problems } = await open(await htmlOf(pageRun, pagePatch));
    await page.locator('.ap-player').click();
    await page.waitForFunction("document.querySelector('#terminal').textContent.includes('preflight')");
    const column = () => page.locator('#calls tbody tr td:nth-child(4)').allTextContents();
    await page.getByRole('button', { name: 'Prompt' }).click();
    expect(await column()).toEqual(['7,700', '7,750', '7,850', '7,904']);
    await page.getByRole('button', { name: 'Prompt' }).click();
    expect(await column()).toEqual(['7,904', '7,850', '7,750', '7,700']);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('attack: a hostile run stays below one megabyte, runs no code and does not break the page', async () => {
    const { record, patch } = hostileRun();
    const text = await htmlOf(record, patch);
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    const { page, problems } = await open(text);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.clock').textContent()).toMatch(/^t = [1-9]/);
    expect(await page.evaluate('globalThis.owned')).toBeUndefined();
    expect(await page.locator('img, iframe, form, object').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });
});

/** Three agents on four tasks, with one unscored run and one hostile name. */
function comparison() {
  const tasks = [
    'mutations/rust-error-negated',
    'mutations/js-off-by-one',
    'polyglot/go-http-handler-fix',
    HOSTILE,
  ];
  const results = ['opencode', 'codex', HOSTILE].flatMap((tui, agent) =>
    tasks.map((taskId, task) => {
      const record = agent === 2 && task === 1 ? unscored : (agent + task) % 3 === 1 ? failed : passed;
      const result = resultOf({ ...record, tui, task_id: taskId, run_id: `${agent}${task}` });
      const tokens =
        result.tokensPerCorrect === null ? null : result.tokensPerCorrect * (1 + agent + task / 4);
      return { ...result, tokensPerCorrect: tokens, totalTokens: tokens };
    }),
  );
  return compareResults([...results, ...publishedCells.slice(0, 3)]);
}
const HOSTILE = '"><img src=x onerror="globalThis.owned=1"> \u202Etxt\n';

/** For each plot: the number of labels, of those that overlap an earlier one, and of those outside of the plot. */
const LABELS_OF_PLOTS = `[...document.querySelectorAll('.plots svg')].map((plot) => {
  const boxes = [...plot.querySelectorAll('text[fill]')].map((text) => text.getBoundingClientRect());
  const box = plot.getBoundingClientRect();
  const apart = (a, b) => a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;
  const inside = (a) => a.left >= box.left && a.right <= box.right && a.top >= box.top && a.bottom <= box.bottom;
  return {
    labels: boxes.length,
    overlapping: boxes.filter((a, i) => boxes.slice(0, i).some((b) => !apart(a, b))).length,
    outside: boxes.filter((a) => !inside(a)).length,
  };
})`;

describe.skipIf(missing)(named('the HTML comparison', missing), () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 380],
    ['dark', 380],
  ] as const)(
    'in %s at %i px: no serious accessibility violation, no network request, no injected code',
    async (scheme, width) => {
      const { page, problems } = await open(compareHtml(comparison(), assets()), scheme, width);
      expect(await page.locator('.plots svg').count()).toBeGreaterThan(0);
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.evaluate('globalThis.owned')).toBeUndefined();
      expect(await page.locator('img, iframe, form, object').count()).toBe(0);
      expect(problems).toEqual([]);
      await page.close();
    },
  );

  it('labels every point of a plot inside of the plot, without overlaps', async () => {
    const results = ['opencode', 'codex', 'aider', 'qwen-code', 'pi', 'cline'].map((tui, agent) => {
      const wall_clock_ms = 10_000 + agent * 300;
      const latency = { ...passed.scores.latency, wall_clock_ms };
      return resultOf({ ...passed, tui, run_id: `${agent}`, scores: { ...passed.scores, latency } });
    });
    const { page } = await open(compareHtml(compareResults(results), assets()));
    const plots = await page.evaluate(LABELS_OF_PLOTS);
    const each = { labels: 6, overlapping: 0, outside: 0 };
    expect(plots).toEqual([each, each]);
    await page.close();
  });

  it('sorts the cells by a column', async () => {
    const { page } = await open(compareHtml(comparison(), assets()));
    const column = () => page.locator('#cells tbody tr td:nth-child(7)').allTextContents();
    const byTokens = page.locator('#cells').getByRole('button', { name: 'Tokens/correct' });
    const numbers = async () =>
      (await column()).filter((text) => /\d/.test(text)).map((text) => Number(text.replaceAll(',', '')));
    await byTokens.click();
    expect(await numbers()).toEqual((await numbers()).toSorted((a, b) => a - b));
    await byTokens.click();
    expect(await numbers()).toEqual((await numbers()).toSorted((a, b) => b - a));
    await page.close();
  });
});
