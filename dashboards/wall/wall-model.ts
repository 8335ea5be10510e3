import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { classifyFreshness, dataAgeMs, elapsedMs, serverNowMs } from '../shared/freshness.ts';
import type { Freshness, Instant } from '../shared/freshness.ts';
import { createFormatter } from '../shared/format.ts';
import type { Bound, Formatter } from '../shared/format.ts';
import { otherLanguage } from '../shared/language.ts';
import type { Language } from '../shared/language.ts';
import { PARTS_BEFORE_ALERTS } from '../shared/names.ts';
import type { Handling } from '../shared/handling.ts';
import type { ConnectionPhase } from '../shared/live-connection.ts';
import type { LiveMessage } from '../../core/live.ts';
import { EMPTY_BOARD } from './board-state.ts';
import type { BoardState } from './board-state.ts';
import { foldBoard } from './fold-board.ts';
import { WALL_TEXTS } from './texts.ts';
import type { WallTexts } from './texts.ts';

/** The words and formats of the chosen language. */
export interface Voice {
  language: Language;
  texts: WallTexts;
  format: Formatter;
}

/** How the line to the server is, and since when it has been that way. */
export interface Line {
  phase: ConnectionPhase;
  /** When the last live phase ended, or when the page began. */
  downSince: Instant;
  retryAt: Instant;
}

/** What the components read, and the few things they may do. */
export interface WallModel {
  board: ReadonlySignal<BoardState>;
  line: ReadonlySignal<Line>;
  now: ReadonlySignal<Instant>;
  voice: ReadonlySignal<Voice>;
  ageMs: ReadonlySignal<number | null>;
  freshness: ReadonlySignal<Freshness>;
  bound: ReadonlySignal<Bound>;
  /** Whether an empty list of alerts says that there are none: all that leads to an alert works, and the numbers are whole and fresh. */
  isSure: ReadonlySignal<boolean>;
  serverNowMs: ReadonlySignal<number>;
  /** What people have done, by alert. */
  handling: ReadonlySignal<ReadonlyMap<string, Handling>>;
  receive(message: LiveMessage): void;
  takeHandling(handling: ReadonlyMap<string, Handling>): void;
  changePhase(phase: ConnectionPhase): void;
  tick(): void;
  dismissTakeover(): void;
  switchLanguage(): void;
}

interface WallModelOptions {
  language: Language;
  readInstant: () => Instant;
  onLanguage: (language: Language) => void;
}

export function createWallModel(options: WallModelOptions): WallModel {
  const { readInstant } = options;
  const board = signal(EMPTY_BOARD);
  const now = signal(readInstant());
  const language = signal(options.language);
  const handling = signal<ReadonlyMap<string, Handling>>(new Map());
  const line = signal<Line>({ phase: { kind: 'connecting', attempt: 1 }, downSince: now.value, retryAt: now.value });
  const arrival = computed(() => board.value.arrival);
  const ageMs = computed(() => (arrival.value === null ? null : dataAgeMs(arrival.value, now.value)));

  const fold = (input: Parameters<typeof foldBoard>[1]): void => {
    now.value = readInstant();
    board.value = foldBoard(board.value, input, now.value);
  };

  const freshness = computed(() => classifyFreshness(ageMs.value));
  const bound = computed((): Bound => (board.value.counts === null || board.value.counts.exact ? 'exact' : 'atLeast'));
  const isWorking = computed(() => board.value.health?.parts.every(({ part, ok }) => ok || !PARTS_BEFORE_ALERTS.has(part)) === true);

  return {
    board,
    line,
    now,
    ageMs,
    voice: computed(() => ({ language: language.value, texts: WALL_TEXTS[language.value], format: createFormatter(language.value) })),
    freshness,
    bound,
    isSure: computed(() => line.value.phase.kind === 'live' && freshness.value === 'fresh' && bound.value === 'exact' && isWorking.value),
    serverNowMs: computed(() => (arrival.value === null ? now.value.wallMs : serverNowMs(arrival.value, now.value))),
    handling,
    takeHandling: (next) => {
      handling.value = next;
    },
    receive: (message) => fold({ kind: 'message', message }),
    tick: () => fold({ kind: 'tick' }),
    dismissTakeover: () => fold({ kind: 'dismiss' }),
    changePhase: (phase) => {
      const at = readInstant();
      const wasLive = line.value.phase.kind === 'live';
      const waitMs = phase.kind === 'lost' ? phase.retryInMs : 0;
      line.value = {
        phase,
        downSince: wasLive ? at : line.value.downSince,
        retryAt: { steadyMs: at.steadyMs + waitMs, wallMs: at.wallMs + waitMs },
      };
    },
    switchLanguage: () => {
      language.value = otherLanguage(language.value);
      options.onLanguage(language.value);
    },
  };
}

/** How long there has been no line to the server. */
export function downForMs(line: Line, now: Instant): number {
  return elapsedMs(line.downSince, now);
}
