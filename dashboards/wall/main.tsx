import { render } from 'preact';
import { effect } from '@preact/signals';
import { openBrowserSocket } from '../shared/browser-socket.ts';
import { chooseLanguage, LOCALES } from '../shared/language.ts';
import { LiveConnection } from '../shared/live-connection.ts';
import type { ConnectionPhase } from '../shared/live-connection.ts';
import { parseHandling } from '../shared/handling.ts';
import { liveAddress, parsePageQuery, withLanguage } from '../shared/page-context.ts';
import { mustReload, pageVersion } from '../shared/page-version.ts';
import { Bell } from './bell.ts';
import { chimeFor } from './chime.ts';
import { pixelShift, SHIFT_EVERY_MS } from './pixel-shift.ts';
import { WallApp } from './wall-app.tsx';
import { createWallModel } from './wall-model.ts';

/** How often ages and durations are drawn anew. */
const TICK_MS = 500;
const HANDLING_EVERY_MS = 3_000;
const HANDLING_WITHIN_MS = 10_000;
const RELOADED_FOR = 'tocsin-reloaded-for';

const query = parsePageQuery(location.search);
const page = document.getElementById('page');
if (page === null) throw new Error('wall.html has no element with the id "page"');

const model = createWallModel({
  language: chooseLanguage(query.language, navigator.languages),
  readInstant: () => ({ steadyMs: performance.now(), wallMs: Date.now() }),
  onLanguage: (language) => history.replaceState(null, '', withLanguage(location.href, language)),
});

effect(() => {
  const { language, texts } = model.voice.value;
  document.documentElement.lang = LOCALES[language];
  document.title = texts.documentTitle;
});

const bell = new Bell({ allowed: new URLSearchParams(location.search).get('sound') === 'on' });
let heardSerial = 0;
effect(() => {
  const { notes, serial } = chimeFor(model.board.value.news, heardSerial, performance.now());
  heardSerial = serial;
  void bell.ring(notes);
});

let hasBeenLive = false;
function followPhase(phase: ConnectionPhase): void {
  model.changePhase(phase);
  if (phase.kind !== 'live') return;
  if (hasBeenLive) void reloadAfterUpgrade();
  hasBeenLive = true;
}

/** A server that came back may have been upgraded; a screen without a keyboard must notice by itself. */
async function reloadAfterUpgrade(): Promise<void> {
  const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => null);
  const served = answer?.ok === true ? pageVersion(await answer.text().catch(() => '')) : null;
  const running = pageVersion(document.head.innerHTML);
  if (!mustReload(running, served, sessionStorage.getItem(RELOADED_FOR))) return;
  sessionStorage.setItem(RELOADED_FOR, served ?? '');
  location.reload();
}

const connection = new LiveConnection({
  topics: ['counts', 'alerts', 'health'],
  workspace: query.workspace,
  openSocket: (events) => openBrowserSocket(liveAddress(location.href), events),
  schedule: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  onMessage: (message) => model.receive(message),
  onPhase: followPhase,
});

/** Who has what changes by people's hands, and is asked for now and then. A server that does not answer leaves what was known. */
async function askHandling(): Promise<void> {
  if (model.board.value.open.length > 0) {
    const workspace = model.board.value.counts?.workspace ?? query.workspace;
    const search = new URLSearchParams({ limit: '500', ...(workspace === null ? {} : { workspace }) });
    const answer = await fetch(`v1/incidents?${search.toString()}`, { cache: 'no-store', signal: AbortSignal.timeout(HANDLING_WITHIN_MS) }).catch(() => null);
    const handling = answer?.ok === true ? parseHandling(await answer.json().catch(() => null)) : null;
    if (handling !== null) model.takeHandling(handling);
  }
  setTimeout(() => void askHandling(), HANDLING_EVERY_MS);
}

let shiftStep = 0;
setInterval(() => {
  shiftStep += 1;
  const [x, y] = pixelShift(shiftStep);
  page.style.setProperty('--shift', `${x}px ${y}px`);
}, SHIFT_EVERY_MS);

setInterval(() => model.tick(), TICK_MS);
addEventListener('online', () => connection.retryNow());
render(<WallApp model={model} bell={bell} />, page);
connection.start();
void askHandling();
