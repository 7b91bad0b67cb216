import type { LogKind, SpanTimes } from './event-index.js';

/** The state of a replay. Its functions are pure. */
export interface Playback {
  /** Position on the run's clock. */
  tMs: number;
  playing: boolean;
  /** Seconds of the run per second of playback. */
  speed: number;
  /** Index of the span that the user stepped to; null while the time decides which span is shown. */
  span: number | null;
  log: LogKind;
  /** Show the score card instead of the run. */
  card: boolean;
  explain: boolean;
  /** Lines scrolled away from the initial position, which is the end of the log, or the top of the card. */
  scroll: number;
}

export type PlaybackKey =
  | 'play'
  | 'next'
  | 'previous'
  | 'forward'
  | 'back'
  | 'faster'
  | 'slower'
  | 'start'
  | 'end'
  | 'up'
  | 'down'
  | 'output'
  | 'card'
  | 'explain';

export interface PlayedRun {
  endMs: number;
  spans: readonly SpanTimes[];
  /** Whether there is a score card. */
  scored: boolean;
}

const STEP_MS = 100;
const MIN_SPEED = 0.125;
const MAX_SPEED = 128;

export function startPlayback(speed: number): Playback {
  return {
    tMs: 0,
    playing: true,
    speed,
    span: null,
    log: 'steps',
    card: false,
    explain: false,
    scroll: 0,
  };
}

/** Advances the playback by `elapsedMs` of real time. At the end it stops and shows the score card, if there is one. */
export function advance(playback: Playback, elapsedMs: number, run: PlayedRun): Playback {
  if (!playback.playing) return playback;
  const tMs = playback.tMs + elapsedMs * playback.speed;
  if (tMs < run.endMs) return { ...playback, tMs, span: null };
  return { ...playback, tMs: run.endMs, span: null, playing: false, card: run.scored, scroll: 0 };
}

/** Applies a key. */
export function press(playback: Playback, key: PlaybackKey, run: PlayedRun): Playback {
  const seek = (tMs: number, span: number | null = null): Playback => ({
    ...playback,
    tMs: Math.min(run.endMs, Math.max(0, tMs)),
    span,
    playing: false,
    card: false,
    scroll: 0,
  });
  const toSpan = (index: number): Playback => {
    const span = run.spans[index];
    return span ? seek(span.start_ms, index) : seek(index < 0 ? 0 : run.endMs);
  };
  const multiplySpeed = (factor: number): Playback => ({
    ...playback,
    speed: Math.min(MAX_SPEED, Math.max(MIN_SPEED, playback.speed * factor)),
  });
  switch (key) {
    case 'play':
      return playback.tMs >= run.endMs
        ? { ...playback, tMs: 0, playing: true, card: false, span: null, scroll: 0 }
        : { ...playback, playing: !playback.playing, card: false };
    case 'next':
      return toSpan((playback.span ?? lastStarted(run.spans, playback.tMs)) + 1);
    case 'previous': {
      const current = playback.span ?? lastStarted(run.spans, playback.tMs);
      // From inside a span, go to its start first.
      const isInside = playback.span === null && (run.spans[current]?.start_ms ?? 0) < playback.tMs;
      return toSpan(isInside ? current : current - 1);
    }
    case 'forward':
      return seek(playback.tMs + STEP_MS);
    case 'back':
      return seek(playback.tMs - STEP_MS);
    case 'start':
      return seek(0);
    case 'end':
      return { ...seek(run.endMs), card: run.scored };
    case 'faster':
      return multiplySpeed(2);
    case 'slower':
      return multiplySpeed(0.5);
    case 'up':
    case 'down': {
      const scrollKey = playback.card ? 'down' : 'up';
      return { ...playback, scroll: Math.max(0, playback.scroll + (key === scrollKey ? 1 : -1)) };
    }
    case 'output':
      return { ...playback, log: playback.log === 'steps' ? 'output' : 'steps', card: false, scroll: 0 };
    case 'card':
      return run.scored ? { ...playback, card: !playback.card, playing: false, scroll: 0 } : playback;
    case 'explain':
      return run.scored
        ? { ...playback, card: true, explain: !playback.explain, playing: false, scroll: 0 }
        : playback;
  }
}

/**
 * Index of the span to show: the selected one, or else the last one that started among those still open, or else the last
 * one that started; -1 before the first.
 */
export function spanAt({ tMs, span }: Playback, spans: readonly SpanTimes[]): number {
  if (span !== null) return span;
  const open = spans.findLastIndex(
    ({ start_ms, duration_ms }) => start_ms <= tMs && start_ms + duration_ms >= tMs,
  );
  return open >= 0 ? open : lastStarted(spans, tMs);
}

/** Index of the last span that started by then; -1 before the first. */
const lastStarted = (spans: readonly SpanTimes[], tMs: number): number =>
  spans.findLastIndex(({ start_ms }) => start_ms <= tMs);
