import type { ReplayData } from '../replay-data.js';

const STEP_MS = 100;

/** Plays the trace: a playhead moves over the waterfall, and the spans under it are listed below. */
export function startReplay(root: HTMLElement, data: ReplayData): void {
  const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector);
  const controls = find('.controls');
  const head = find('.playhead');
  const range = find<HTMLInputElement>('input[type=range]');
  const clock = find('.clock');
  const play = find<HTMLButtonElement>('.play');
  const speed = find<HTMLSelectElement>('select');
  const open = find('.open-spans');
  const attrs = find('.attrs');
  if (!controls || !head || !range || !clock || !play || !speed || !open || !attrs) return;

  const lanes = new Map<string, HTMLElement>();
  for (const lane of root.querySelectorAll<HTMLElement>('[data-span]'))
    lanes.set(lane.dataset.span ?? '', lane);
  const steps = [...document.querySelectorAll<HTMLElement>('details.steps li')];
  const total = `${(data.durationMs / 1000).toFixed(2)} s`;
  const stops = [...new Set(data.spans.map(({ startMs }) => startMs))].sort((a, b) => a - b);
  let atMs = 0;
  let playing = false;
  let lastFrameMs = 0;

  function show(ms: number): void {
    atMs = Math.min(data.durationMs, Math.max(0, ms));
    const share = atMs / data.durationMs;
    head?.style.setProperty('--t', String(share));
    if (range) range.value = String(atMs);
    if (clock) clock.textContent = `t = ${Math.round(atMs).toLocaleString('en-US')} ms / ${total}`;
    showSpans();
  }

  function showSpans(): void {
    const under = data.spans.filter(
      ({ startMs, durationMs }) => startMs <= atMs && atMs <= startMs + durationMs,
    );
    const current = under.at(-1);
    for (const [id, lane] of lanes)
      lane.classList.toggle(
        'under',
        under.some((span) => span.id === id),
      );
    if (open)
      open.textContent =
        under.map(({ id }) => lanes.get(id)?.querySelector('.name')?.textContent).join(' › ') ||
        'between spans';
    attrs?.replaceChildren(...Object.entries(current?.attrs ?? {}).map(([name, value]) => pair(name, value)));
    for (const step of steps) step.classList.toggle('past', Number(step.dataset.t) <= atMs);
  }

  function pair(name: string, value: string): HTMLElement {
    const [row, term, description] = ['div', 'dt', 'dd'].map((tag) => document.createElement(tag));
    if (!row || !term || !description) throw new Error('no elements');
    term.textContent = name;
    description.textContent = value;
    row.append(term, description);
    return row;
  }

  function setPlaying(on: boolean): void {
    playing = on;
    if (!play) return;
    play.textContent = on ? '❚❚' : '▶';
    play.setAttribute('aria-label', on ? 'pause' : 'play');
    if (!on) return;
    if (atMs >= data.durationMs) show(0);
    lastFrameMs = performance.now();
    requestAnimationFrame(frame);
  }

  function frame(nowMs: number): void {
    if (!playing) return;
    show(atMs + Math.max(0, nowMs - lastFrameMs) * Number(speed?.value ?? 1));
    lastFrameMs = nowMs;
    if (atMs >= data.durationMs) setPlaying(false);
    else requestAnimationFrame(frame);
  }

  const spanForward = () => show(stops.find((stop) => stop > atMs) ?? data.durationMs);
  const spanBack = () => show(stops.findLast((stop) => stop < atMs) ?? 0);
  const actions: Record<string, () => void> = {
    play: () => setPlaying(!playing),
    back: () => show(atMs - STEP_MS),
    forward: () => show(atMs + STEP_MS),
    'span-back': spanBack,
    'span-forward': spanForward,
  };
  const keys: Record<string, string> = {
    ' ': 'play',
    ArrowLeft: 'span-back',
    ArrowRight: 'span-forward',
    ',': 'back',
    '.': 'forward',
  };

  controls.hidden = false;
  head.hidden = false;
  for (const button of controls.querySelectorAll<HTMLButtonElement>('button[data-do]'))
    button.addEventListener('click', () => actions[button.dataset.do ?? '']?.());
  range.addEventListener('input', () => show(Number(range.value)));
  for (const [id, lane] of lanes)
    lane.querySelector('.name')?.addEventListener('click', () => {
      const span = data.spans.find((candidate) => candidate.id === id);
      if (span) show(span.startMs);
    });
  document.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || isTakenBy(event.target, event.key))
      return;
    event.preventDefault();
    actions[action]?.();
  });
  show(0);
  open.textContent = 'Press play, or a span.';
}

/** Whether the focused element uses the key itself. */
function isTakenBy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('#terminal, input:not([type=range]), textarea, select')) return true;
  if (key === ' ') return target.closest('button, summary, a') !== null;
  return target.closest('.scroll, pre') !== null;
}
