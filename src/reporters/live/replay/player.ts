import type { SpanTimes, TrackKind } from './reel.js';

/** Where a replay stands. */
export interface Player {
  /** On the run's clock. */
  tMs: number;
  playing: boolean;
  /** Seconds of the run in one of the viewer's. */
  speed: number;
  /** Place of the span that was stepped to; null when time alone tells which it is. */
  span: number | null;
  track: TrackKind;
  /** The score card instead of the run. */
  card: boolean;
  explain: boolean;
  /** Lines scrolled away from where it is seen at first: the end of the run, the top of the card. */
  scroll: number;
}

export type PlayerKey =
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

export interface Film {
  endMs: number;
  spans: readonly SpanTimes[];
  /** Whether there is a score card to show. */
  scored: boolean;
}

const STEP_MS = 100;
const SPEEDS = { least: 0.125, most: 128 };

export function newPlayer(speed: number): Player {
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

/** The player so many milliseconds of the viewer's later; at the end it stops, on the card when there is one. Pure. */
export function advance(player: Player, elapsedMs: number, film: Film): Player {
  if (!player.playing) return player;
  const tMs = player.tMs + elapsedMs * player.speed;
  if (tMs < film.endMs) return { ...player, tMs, span: null };
  return { ...player, tMs: film.endMs, span: null, playing: false, card: film.scored, scroll: 0 };
}

/** The player after a key. Pure. */
export function press(player: Player, key: PlayerKey, film: Film): Player {
  const seek = (tMs: number, span: number | null = null): Player => ({
    ...player,
    tMs: Math.min(film.endMs, Math.max(0, tMs)),
    span,
    playing: false,
    card: false,
    scroll: 0,
  });
  const toSpan = (place: number): Player => {
    const span = film.spans[place];
    return span ? seek(span.start_ms, place) : seek(place < 0 ? 0 : film.endMs);
  };
  const speedTimes = (factor: number): Player => ({
    ...player,
    speed: Math.min(SPEEDS.most, Math.max(SPEEDS.least, player.speed * factor)),
  });
  switch (key) {
    case 'play':
      return player.tMs >= film.endMs
        ? { ...player, tMs: 0, playing: true, card: false, span: null, scroll: 0 }
        : { ...player, playing: !player.playing, card: false };
    case 'next':
      return toSpan((player.span ?? lastStarted(film.spans, player.tMs)) + 1);
    case 'previous': {
      const at = player.span ?? lastStarted(film.spans, player.tMs);
      // Within a span, its start comes first.
      return toSpan(player.span === null && (film.spans[at]?.start_ms ?? 0) < player.tMs ? at : at - 1);
    }
    case 'forward':
      return seek(player.tMs + STEP_MS);
    case 'back':
      return seek(player.tMs - STEP_MS);
    case 'start':
      return seek(0);
    case 'end':
      return { ...seek(film.endMs), card: film.scored };
    case 'faster':
      return speedTimes(2);
    case 'slower':
      return speedTimes(0.5);
    // A run is seen from its end, a card from its top.
    case 'up':
    case 'down': {
      const away = player.card ? 'down' : 'up';
      return { ...player, scroll: Math.max(0, player.scroll + (key === away ? 1 : -1)) };
    }
    case 'output':
      return { ...player, track: player.track === 'steps' ? 'output' : 'steps', card: false, scroll: 0 };
    case 'card':
      return film.scored ? { ...player, card: !player.card, playing: false, scroll: 0 } : player;
    case 'explain':
      return film.scored
        ? { ...player, card: true, explain: !player.explain, playing: false, scroll: 0 }
        : player;
  }
}

/** The span that is shown: the one stepped to, or the last that began among those still open, or that began at all. */
export function spanAt({ tMs, span }: Player, spans: readonly SpanTimes[]): number {
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
