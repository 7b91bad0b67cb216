import type { LogKind, SpanTimes } from './event-index.js';

/** Where a replay stands. */
export interface Playback {
  /** On the run's clock. */
  tMs: number;
  playing: boolean;
  /** Seconds of the run in one of the viewer's. */
  speed: number;
  /** Place of the span that was stepped to; null when time alone tells which it is. */
  span: number | null;
  track: LogKind;
  /** The score card instead of the run. */
  card: boolean;
  explain: boolean;
  /** Lines scrolled away from where it is seen at first: the end of the run, the top of the card. */
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
  /** Whether there is a score card to show. */
  scored: boolean;
}

const STEP_MS = 100;
const SPEEDS = { least: 0.125, most: 128 };

export function startPlayback(speed: number): Playback {
  return {
    tMs: 0,
    playing: true,
    speed,
    span: null,
    track: 'steps',
    card: false,
    explain: false,
    scroll: 0,
  };
}

/** The playback so many milliseconds of the viewer's later; at the end it stops, on the card when there is one. Pure. */
export function advance(playback: Playback, elapsedMs: number, run: PlayedRun): Playback {
  if (!playback.playing) return playback;
  const tMs = playback.tMs + elapsedMs * playback.speed;
  if (tMs < run.endMs) return { ...playback, tMs, span: null };
  return { ...playback, tMs: run.endMs, span: null, playing: false, card: run.scored, scroll: 0 };
}

/** The playback after a key. Pure. */
export function press(playback: Playback, key: PlaybackKey, run: PlayedRun): Playback {
  const seek = (tMs: number, span: number | null = null): Playback => ({
    ...playback,
    tMs: Math.min(run.endMs, Math.max(0, tMs)),
    span,
    playing: false,
    card: false,
    scroll: 0,
  });
  const toSpan = (place: number): Playback => {
    const span = run.spans[place];
    return span ? seek(span.start_ms, place) : seek(place < 0 ? 0 : run.endMs);
  };
  const speedTimes = (factor: number): Playback => ({
    ...playback,
    speed: Math.min(SPEEDS.most, Math.max(SPEEDS.least, playback.speed * factor)),
  });
  switch (key) {
    case 'play':
      return playback.tMs >= run.endMs
        ? { ...playback, tMs: 0, playing: true, card: false, span: null, scroll: 0 }
        : { ...playback, playing: !playback.playing, card: false };
    case 'next':
      return toSpan((playback.span ?? lastStarted(run.spans, playback.tMs)) + 1);
    case 'previous': {
      const at = playback.span ?? lastStarted(run.spans, playback.tMs);
      // Within a span, its start comes first.
      return toSpan(playback.span === null && (run.spans[at]?.start_ms ?? 0) < playback.tMs ? at : at - 1);
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
      return speedTimes(2);
    case 'slower':
      return speedTimes(0.5);
    // A run is seen from its end, a card from its top.
    case 'up':
    case 'down': {
      const away = playback.card ? 'down' : 'up';
      return { ...playback, scroll: Math.max(0, playback.scroll + (key === away ? 1 : -1)) };
    }
    case 'output':
      return { ...playback, track: playback.track === 'steps' ? 'output' : 'steps', card: false, scroll: 0 };
    case 'card':
      return run.scored ? { ...playback, card: !playback.card, playing: false, scroll: 0 } : playback;
    case 'explain':
      return run.scored
        ? { ...playback, card: true, explain: !playback.explain, playing: false, scroll: 0 }
        : playback;
  }
}

/** The span that is shown: the one stepped to, or the last that began among those still open, or that began at all. */
export function spanAt({ tMs, span }: Playback, spans: readonly SpanTimes[]): number {
  if (span !== null) return span;
  const last = lastStarted(spans, tMs);
  for (let place = last; place >= 0; place -= 1) {
    const { start_ms, duration_ms } = spans[place] ?? { start_ms: 0, duration_ms: 0 };
    if (start_ms + duration_ms >= tMs) return place;
  }
  return last;
}

/** Place of the last span that began by then; -1 when none had. */
function lastStarted(spans: readonly SpanTimes[], tMs: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start_ms ?? 0) <= tMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
