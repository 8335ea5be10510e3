import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import { createDeskState, nextDueMs, noteRecorded } from '../../alerts/incidents/desk-state.ts';
import type { DeskInput, DeskState } from '../../alerts/incidents/desk-state.ts';
import { deskLines, readDeskLines } from '../../alerts/incidents/encode-desk.ts';
import { endedForEntry } from '../../alerts/incidents/ended-incident.ts';
import { journalStart } from '../../alerts/incidents/journal.ts';
import { stepDesk } from '../../alerts/incidents/step-desk.ts';
import { EMPTY_BOOK } from '../../alerts/routing/book.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';

/**
 * The incident desk alone, without log and store: alerts a second through its pure step, a day of a million alerts, and ten
 * thousand groups at once. Keep's documents name 1,000 alerts a minute on 16 cores for its whole server, which does
 * more than this step: the comparison is of the order of magnitude.
 */

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 22, 16);
const ALERTS_A_DAY = 1_000_000;
const OPEN_FOR_MS = 10 * 60_000;
const GROUPS = 10_000;
const ROUNDS = 5;
/** So many that no group comes again while it fires, and so few that their incidents never end. */
const MANY_STORES = 99_991;
const FEW_STORES = 500;
const KEEP_ALERTS_PER_SECOND = 1_000 / 60;

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  ratio?: number;
  peer?: string;
  detail?: string;
}

function opened(number: number, atMs: number, store: string): AlertOpened {
  return {
    kind: 'opened', id: `a-${number}`, alertId: `a-${number}`, workspace: 'default', ruleId: 'complaint-burst', title: { zh: '投诉激增', en: 'Complaints surge' },
    group: { category: `c-${number % 30}`, store }, severity: number % 50 === 0 ? 'critical' : 'warning', count: 50, fireAt: 50, resolveBelow: 40, windowMs: DAY_MS,
    firstItemAtMs: atMs - 1_000, lastItemAtMs: atMs, atMs, sequence: number + 1, index: 0, notify: ['on-call'], quotes: [], endsAtMs: atMs + OPEN_FOR_MS, late: false,
  };
}

function resolved(event: AlertOpened, atMs: number): AlertEvent {
  const { quotes: _quotes, endsAtMs: _endsAtMs, late: _late, ...rest } = event;
  return { ...rest, kind: 'resolved', id: `${event.id}-r`, count: 39, atMs, reason: 'below-threshold', openedAtMs: event.atMs, peak: 60 };
}

const BOOK: RoutingBook = {
  ...EMPTY_BOOK,
  users: [{ id: 'u1', notify: ['console'], skills: [], quietHours: null }],
  schedules: [{ id: 'primary', timeZone: 'Asia/Shanghai', overrides: [], fallbackTeam: null, rotations: [{ users: ['u1'], shiftMs: DAY_MS, startsAtMs: START_MS - DAY_MS, hours: null }] }],
  chains: [{ id: 'up', steps: [{ waitMs: 15 * 60_000, notify: ['user:u1'] }], repeat: 0 }],
  routes: [{ id: 'all', when: [], hours: null, notify: ['schedule:primary'], chain: 'up', gatherBy: ['rule', 'store'], waitMs: 30_000, assign: 'auto', skills: [] }],
};

function newDesk(book: RoutingBook): DeskState {
  const state = createDeskState();
  stepDesk(state, { kind: 'book', book }, START_MS);
  return state;
}

/** A day: each alert opens, is over ten minutes later, and a tick comes each second. */
function playDay(book: RoutingBook, alerts: number, stores: number): { state: DeskState; seconds: number; pages: number; heldMax: number; heapBytes: number; endedBytes: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const state = newDesk(book);
  const gapMs = DAY_MS / alerts;
  const waiting: { atMs: number; event: AlertEvent }[] = [];
  let first = 0;
  let pages = 0;
  let heldMax = 0;
  let tickMs = START_MS;
  const startedAtMs = performance.now();
  let ended = 0;
  let endedBytes = 0;
  const take = (input: DeskInput, atMs: number): void => void (pages += stepDesk(state, input, atMs).pages.length);
  // As the desk does: what is over goes onto the journal, and is forgotten after that.
  const record = (): void => {
    while (state.unrecorded.size > 0) {
      const records = endedForEntry(state);
      if (ended % 64 === 0) endedBytes += (JSON.stringify(records[0]).length - endedBytes) / (ended / 64 + 1);
      ended += records.length;
      noteRecorded(state, records.map(({ id }) => id));
    }
  };
  for (let number = 0; number < alerts; number += 1) {
    const atMs = START_MS + Math.floor(number * gapMs);
    for (; tickMs <= atMs; tickMs += 1_000) if (tickMs >= nextDueMs(state)) take({ kind: 'tick' }, tickMs);
    for (let over = waiting[first]; over !== undefined && over.atMs <= atMs; over = waiting[first]) {
      take({ kind: 'alert', event: over.event }, over.atMs);
      first += 1;
    }
    if (first > 100_000) waiting.splice(0, first), (first = 0);
    const event = opened(number, atMs, `s-${number % stores}`);
    take({ kind: 'alert', event }, atMs);
    waiting.push({ atMs: atMs + OPEN_FOR_MS, event: resolved(event, atMs + OPEN_FOR_MS) });
    if (number % 64 === 0) record();
    if (number % 10_000 === 0) heldMax = Math.max(heldMax, state.open.size + state.closed.size);
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  waiting.length = 0;
  globalThis.gc?.();
  return { state, seconds, pages, heldMax, heapBytes: process.memoryUsage().heapUsed - before, endedBytes };
}

/** What a start costs after such a day: the snapshot back into a state, and a minute of the journal after it. */
function restart(state: DeskState, alerts: number, print: (result: Result) => void): void {
  const [wrote, read, stepped]: number[][] = [[], [], []];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let startedAtMs = performance.now();
    const encoded = new TextEncoder().encode([...deskLines(state, journalStart())].join('\n'));
    wrote!.push(performance.now() - startedAtMs);
    bytes = encoded.length;
    startedAtMs = performance.now();
    const again = readDeskLines(new TextDecoder().decode(encoded).split('\n')).state;
    read!.push(performance.now() - startedAtMs);
    startedAtMs = performance.now();
    const aMinute = Math.ceil(alerts / 1_440);
    for (let number = 0; number < aMinute; number += 1) stepDesk(again, { kind: 'alert', event: opened(alerts + number, again.nowMs + 1, `s-${number % 500}`) }, again.nowMs + 1);
    stepped!.push(performance.now() - startedAtMs);
  }
  const held = `${state.open.size.toLocaleString('en')} incidents open and ${state.closed.size.toLocaleString('en')} over, ${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  for (const [name, times] of [['made into bytes (the desk waits)', wrote!], ['read back at a start', read!], ['a minute of journal stepped through after it', stepped!]] as const) {
    const { middle, low, high } = spread(times);
    print({ name: `snapshot after ${alerts.toLocaleString('en')} past alerts, ${name}`, value: middle, unit: 'ms', detail: `${low.toFixed(0)} to ${high.toFixed(0)} ms in ${ROUNDS} rounds; ${held}` });
  }
}

function playGroups(book: RoutingBook): { ms: number; pages: number; incidents: number; bytesEach: number } {
  const outage = book.inhibitions.map(() => ({ ...opened(GROUPS, START_MS, ''), ruleId: 'outage' }));
  const events = [...outage, ...Array.from({ length: GROUPS }, (_, number) => opened(number, START_MS, `s-${number}`))];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const state = newDesk(book);
  let pages = 0;
  const startedAtMs = performance.now();
  for (const event of events) pages += stepDesk(state, { kind: 'alert', event }, START_MS).pages.length;
  pages += stepDesk(state, { kind: 'tick' }, START_MS + 30_000).pages.length;
  const ms = performance.now() - startedAtMs;
  globalThis.gc?.();
  return { ms, pages, incidents: state.open.size, bytesEach: Math.max(0, process.memoryUsage().heapUsed - before) / GROUPS };
}

function spread(values: readonly number[]): { middle: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { middle: sorted[Math.floor(sorted.length / 2)]!, low: sorted[0]!, high: sorted.at(-1)! };
}

function main(): void {
  const { alerts, json } = benchmark('alerts').option('--alerts <n>', 'alerts of the day', wholeNumber, ALERTS_A_DAY).parse().opts<{ alerts: number; json: boolean }>();
  const print = (result: Result): void => {
    if (json) return console.log(JSON.stringify(result));
    const target = result.target === undefined ? '' : ` (target ${result.target}, ${result.met === true ? 'met' : 'not met'})`;
    console.log(`${result.name}: ${result.value.toLocaleString('en', { maximumFractionDigits: 1 })} ${result.unit}${target}${result.ratio === undefined ? '' : `, ${Math.round(result.ratio).toLocaleString('en')} times ${result.peer}`}${result.detail === undefined ? '' : `; ${result.detail}`}`);
  };
  for (const [name, book, stores] of [['one incident each', EMPTY_BOOK, MANY_STORES], ['gathered by 500 stores, routed, with schedule, chain and assignment', BOOK, FEW_STORES]] as const) {
    playDay(book, Math.min(alerts, 20_000), stores);
    const { state, seconds, pages, heldMax, heapBytes, endedBytes } = playDay(book, alerts, stores);
    const perSecond = alerts / seconds;
    print({
      name: `a day of ${alerts.toLocaleString('en')} alerts, ${name}`, value: perSecond, unit: 'alerts/s', target: ALERTS_A_DAY / 86_400, met: perSecond >= ALERTS_A_DAY / 86_400,
      ratio: perSecond / KEEP_ALERTS_PER_SECOND, peer: 'what Keep documents (1,000 a minute on 16 cores, whole server)',
      detail: `in ${seconds.toFixed(1)} s on one core, each opened and over, ${pages.toLocaleString('en')} pages, at most ${heldMax.toLocaleString('en')} incidents held, ${(heapBytes / 1024 ** 2).toFixed(0)} MiB of heap at the end, ${Math.round(endedBytes).toLocaleString('en')} characters of journal for each that is over`,
    });
    restart(state, alerts, print);
  }
  const gathered: RoutingBook = { ...BOOK, routes: BOOK.routes.map((route) => ({ ...route, gatherBy: ['rule'] })) };
  const explained: RoutingBook = {
    ...EMPTY_BOOK,
    inhibitions: [{ id: 'outage-explains', source: [{ field: 'rule', operator: '=', value: 'outage' }], target: [{ field: 'rule', operator: '=', value: 'complaint-burst' }], equal: [], sharedAtLeast: 0.9 }],
  };
  for (const [name, book] of [['one incident each', EMPTY_BOOK], ['gathered into one', gathered], ['one incident each, all of which an outage may explain', explained]] as const) {
    playGroups(book);
    const rounds = Array.from({ length: ROUNDS }, () => playGroups(book));
    const { middle, low, high } = spread(rounds.map(({ ms }) => ms));
    const { pages, incidents } = rounds[0]!;
    print({ name: `${GROUPS.toLocaleString('en')} groups at once, ${name}`, value: middle, unit: 'ms', target: 1_000, met: middle <= 1_000, detail: `${low.toFixed(0)} to ${high.toFixed(0)} ms in ${ROUNDS} rounds; ${incidents.toLocaleString('en')} incidents, ${pages.toLocaleString('en')} pages, ${Math.round(spread(rounds.map(({ bytesEach }) => bytesEach)).middle).toLocaleString('en')} bytes a group` });
  }
  const events = Array.from({ length: 20_000 }, (_, number) => ({ atMs: START_MS, input: { kind: 'alert' as const, event: opened(number, START_MS, 's') } }));
  const startedAtMs = performance.now();
  let bytes = 0;
  for (let at = 0; at < events.length; at += 64) bytes += encodeJson('journal', { number: at + 1, writer: 'bench', inputs: events.slice(at, at + 64), pages: [] }).length;
  print({ name: 'written into journal entries of 64', value: events.length / ((performance.now() - startedAtMs) / 1_000), unit: 'alerts/s', detail: `${Math.round(bytes / events.length)} bytes an alert without quotes` });
}

main();
