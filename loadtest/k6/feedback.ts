/// <reference types="k6" />
// The load of every scenario, run by k6 and not by Node: arrivals come at the plan's rate whatever the server does, so that
// a slow answer delays nobody's start and hides no waiting. `PLAN` names the plan that loadtest/run wrote.
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import encoding from 'k6/encoding';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import ws from 'k6/ws';
import { idOf, inId, startOfIds } from './ids.ts';

interface Plan {
  url: string;
  /** A file with a JSON array: what stands behind the id of an item's JSON. */
  fragmentsFile: string;
  summaryFile: string;
  /** Begins the id of every item of this run. */
  idPrefix: string;
  batchItems: number;
  /** Share of requests that are wrong on purpose, 0 to 1. */
  badShare: number;
  wallSeconds: number;
  scenarios: Record<string, object>;
  thresholds: Record<string, string[]>;
}

const plan = JSON.parse(open(__ENV['PLAN'] ?? '')) as Plan;
const fragments = new SharedArray('fragments', () => JSON.parse(open(plan.fragmentsFile)) as string[]);

const took = new Trend('took', true);
const accepted = new Counter('accepted_items');
const refused = new Counter('refused_items');
const uncertain = new Counter('uncertain_items');
const unexpected = new Counter('unexpected_answers');
const answeredBad = new Counter('bad_answered');
const pushed = new Counter('wall_messages');
const queried = new Trend('query_took', true);

export const options = {
  scenarios: plan.scenarios,
  thresholds: plan.thresholds,
  summaryTrendStats: ['count', 'min', 'med', 'avg', 'p(95)', 'p(99)', 'max'],
  discardResponseBodies: true,
};

/** Below the time that a run waits at its end: a request whose answer never comes ends as one of uncertain fate. */
const ANSWER_WITHIN = '40s';
const JSON_HEADERS = { headers: { 'content-type': 'application/json' }, timeout: ANSWER_WITHIN };
const NDJSON_HEADERS = { headers: { 'content-type': 'application/x-ndjson' }, timeout: ANSWER_WITHIN };

/** Senders are numbered, and so are the iterations of each. Asking `exec.scenario` takes a twentieth of all that a request costs k6, each time. */
function startOfOwnIds(): string {
  return startOfIds(plan.idPrefix, __ENV['SCENARIO'] ?? '', __VU);
}

/** Reading a shared array costs more than sending what was read: each sender keeps what it has read, up to so many. */
const KEPT_MAX = 64;
const kept: string[] = [];
function fragment(at: number): string {
  if (kept.length < KEPT_MAX) {
    const read = fragments[(__VU * KEPT_MAX + at) % fragments.length] ?? '';
    kept.push(read);
    return read;
  }
  return kept[at % KEPT_MAX] ?? '';
}

/** Digits of an iteration's number in the ids of a batch. */
const DIGITS = 6;
const ZEROS = '0'.repeat(DIGITS);

/** A batch's body as bytes, of which only the digits of the iteration's number change: as a text it would be put together and encoded for each request. */
interface Body {
  bytes: Uint8Array;
  /** Where each item's digits begin. */
  places: number[];
  digits: string;
}

function encode(text: string): Uint8Array {
  return new Uint8Array(encoding.b64decode(encoding.b64encode(text)));
}

/** A sender makes a few bodies and uses them in turn; it waits for each answer, so none is written while it is sent. */
const BODIES_MAX = 4;
/** What follows the id of each item, body by body. */
const tails: Uint8Array[][] = [];
const bodies: Body[] = [];
/** How the ids begin in the bodies that are there: a sender may be taken over by the next scenario. */
let bodiesOf = '';

function tailsOf(place: number): Uint8Array[] {
  return (tails[place] ??= Array.from({ length: plan.batchItems }, (_, item) => {
    const read = fragments[((__VU * BODIES_MAX + place) * plan.batchItems + item) % fragments.length] ?? '';
    return encode(`${idOf('', '', item)}",${read}\n`);
  }));
}

function bodyAt(place: number, idStart: string): Body {
  if (bodiesOf !== idStart) bodies.length = 0;
  bodiesOf = idStart;
  const made = bodies[place];
  if (made !== undefined) return made;
  const head = encode(`{"id":"${idStart}${ZEROS}`);
  const ends = tailsOf(place);
  const bytes = new Uint8Array(ends.reduce((sum, tail) => sum + head.length + tail.length, 0));
  const places: number[] = [];
  let at = 0;
  for (const tail of ends) {
    bytes.set(head, at);
    at += head.length;
    places.push(at - DIGITS);
    bytes.set(tail, at);
    at += tail.length;
  }
  return (bodies[place] = { bytes, places, digits: ZEROS });
}

function renumber({ bytes, places, digits: before }: Body, digits: string): void {
  for (let digit = 0; digit < DIGITS; digit += 1) {
    if (digits[digit] === before[digit]) continue;
    const code = digits.charCodeAt(digit);
    for (let item = 0; item < places.length; item += 1) bytes[(places[item] ?? 0) + digit] = code;
  }
}

/** One item a request. */
export function single(): void {
  if (plan.badShare > 0 && isBadTurn()) return bad(exec.scenario.iterationInTest);
  const id = idOf(startOfOwnIds(), inId(__ITER), null);
  settle(http.post(`${plan.url}/v1/feedback`, `{"id":"${id}",${fragment(__ITER)}`, JSON_HEADERS), 1, id);
}

function isBadTurn(): boolean {
  return (exec.scenario.iterationInTest * plan.badShare) % 1 < plan.badShare;
}

/** NDJSON of `batchItems`. */
export function batch(): void {
  const idStart = startOfOwnIds();
  const digits = inId(__ITER).padStart(DIGITS, '0');
  const body = bodyAt(__ITER % BODIES_MAX, idStart);
  renumber(body, digits);
  body.digits = digits;
  settle(http.post(`${plan.url}/v1/feedback`, body.bytes.buffer as ArrayBuffer, NDJSON_HEADERS), plan.batchItems, idOf(idStart, digits, null));
}

/** A screen on the wall: subscribes to everything and counts what is pushed. */
export function wall(): void {
  ws.connect(`${plan.url.replace('http', 'ws')}/live`, {}, (socket) => {
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: ['counts', 'alerts', 'feedback', 'health'] })));
    socket.on('message', () => pushed.add(1));
    socket.setTimeout(() => socket.close(), plan.wallSeconds * 1_000);
  });
}

const QUERIES = [
  '/v1/counts?groupBy=category&window=24h', '/v1/counts?groupBy=channel&window=1h', '/v1/feedback?limit=50',
  '/v1/feedback?limit=50&sentiment=negative', '/v1/alerts', '/v1/status',
];

/** What an analyst asks. */
export function query(): void {
  const path = QUERIES[exec.scenario.iterationInTest % QUERIES.length] ?? '';
  const answer = http.get(`${plan.url}${path}`, { tags: { name: path } });
  queried.add(answer.timings.duration);
  if (answer.status !== 200) {
    unexpected.add(1);
    console.log(`unexpected ${answer.status} ${path}`);
  }
}

/** Each kind must be answered with this status and a problem document that says why. */
const BAD: readonly (readonly [body: string, contentType: string, status: number])[] = [
  ['{"text":', 'application/json', 400],
  ['{"text":"","channel":"app"}', 'application/json', 400],
  ['{"text":"no channel"}', 'application/json', 400],
  ['{"text":"wrong channel","channel":"pigeon"}', 'application/json', 400],
  ['{"text":12,"channel":"app"}', 'application/json', 400],
  ['{"text":"far ahead","channel":"app","createdAt":"2199-01-01T00:00:00Z"}', 'application/json', 400],
  ['[]', 'application/json', 400],
  ['not json\n{"also":"not"}\n', 'application/x-ndjson', 400],
  ['<item/>', 'application/xml', 415],
];

function bad(at: number): void {
  const [body, contentType, status] = BAD[at % BAD.length] ?? ['', '', 0];
  const answer = http.post(`${plan.url}/v1/feedback`, body, { headers: { 'content-type': contentType }, responseCallback: http.expectedStatuses(status) });
  const isProblem = String(answer.headers['Content-Type']).startsWith('application/problem+json');
  const isRight = check(answer, { 'bad input is answered as it must be': () => answer.status === status && isProblem });
  answeredBad.add(1);
  if (!isRight) {
    unexpected.add(1);
    console.log(`unexpected ${answer.status} for bad input ${at % BAD.length}`);
  }
}

/** 202: all of it is durable. 429: none was taken. Anything else: nobody knows, so the ids are written down. */
function settle(answer: { status: number; body: unknown; timings: { blocked: number; duration: number } }, items: number, id: string): void {
  if (answer.status === 202) {
    // Waiting for a connection is waiting too.
    took.add(answer.timings.blocked + answer.timings.duration);
    accepted.add(items);
  } else if (answer.status === 429) {
    refused.add(items);
  } else {
    uncertain.add(items);
    console.log(`uncertain ${answer.status} ${id} ${items}`);
  }
}

/** With the moment at which the first arrival was due: k6 takes a while to start. */
export function handleSummary(data: { state: { testRunDurationMs: number } }): Record<string, string> {
  return { [plan.summaryFile]: JSON.stringify({ ...data, startedAtMs: Date.now() - data.state.testRunDurationMs }) };
}
