import { describe, expect, it } from 'vitest';
import type { AlertEvent, AlertResolved } from '../../core/alert.ts';
import type { BoardCounts, LiveMessage } from '../../core/live.ts';
import { LiveHub, type AlertsAfter, type LiveClient, type LiveLimits, type LiveSession } from './live-hub.ts';

class TestClient implements LiveClient {
  readonly messages: LiveMessage[] = [];
  readonly texts: string[] = [];
  buffered = 0;
  ended: { code: number; reason: string } | 'dropped' | undefined;

  send(text: string): void {
    this.texts.push(text);
    this.messages.push(JSON.parse(text) as LiveMessage);
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  end(code: number, reason: string): void {
    this.ended = { code, reason };
  }

  drop(): void {
    this.ended = 'dropped';
  }

  get seen(): string[] {
    return this.messages.map(({ topic, id }) => `${topic} ${id}`);
  }
}

const counts = (asOfMs: number, workspace = 'default'): BoardCounts => ({
  workspace, asOfMs, lagMs: 0, exact: true, lowerBound: [], totals24h: { items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 },
  categories: [], perMinute: { endMs: asOfMs, items: [], complaints: [] }, openAlerts: [],
}) as BoardCounts;
const alert = (id: string, workspace = 'default'): AlertEvent => ({
  kind: 'resolved', id, alertId: 'a', workspace, ruleId: 'r', title: { zh: '甲', en: 'A' }, group: {}, severity: 'warning', count: 1, fireAt: 50, resolveBelow: 40,
  windowMs: 1, firstItemAtMs: null, lastItemAtMs: null, atMs: 1, sequence: 1, index: 0, notify: [], reason: 'below-threshold', openedAtMs: 0, peak: 50,
} satisfies AlertResolved);

function hub(options: { limits?: Partial<LiveLimits>; alertsAfter?: AlertsAfter } = {}): LiveHub {
  return new LiveHub({ alertsAfter: options.alertsAfter ?? (async () => []), telemetry: () => undefined, limits: options.limits ?? {} });
}

function join(live: LiveHub, subscribe: object): { client: TestClient; session: LiveSession } {
  const client = new TestClient();
  const session = live.connect(client);
  session.receive(JSON.stringify(subscribe));
  return { client, session };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('live push', () => {
  it('greets a subscriber with the latest counts and health, and sends what follows', () => {
    const live = hub();
    live.publishCounts(counts(1));
    live.publishCounts(counts(2));
    live.publishHealth({ atMs: 1, ready: true, parts: [] });
    const { client } = join(live, { subscribe: ['counts', 'health'] });
    live.publishCounts(counts(3));
    live.publishAlert(alert('e1'));
    live.publishFeedback('default', []);
    expect(client.messages.map(({ topic, data }) => [topic, 'asOfMs' in data ? data.asOfMs : ''])).toEqual([['counts', 2], ['health', ''], ['counts', 3]]);
  });

  it('keeps workspaces apart, and health to all of them', () => {
    const live = hub();
    const { client: one } = join(live, { subscribe: ['counts', 'alerts', 'feedback', 'health'], workspace: 'one' });
    const { client: other } = join(live, { subscribe: ['counts', 'alerts', 'feedback', 'health'] });
    live.publishCounts(counts(1, 'one'));
    live.publishAlert(alert('e1', 'one'));
    live.publishFeedback('one', []);
    live.publishHealth({ atMs: 1, ready: true, parts: [] });
    expect(one.seen).toEqual(['counts 0', 'alerts e1', 'feedback e1', 'health e1']);
    expect(other.seen).toEqual(['health 0']);
  });

  it('writes a message once for all of its clients', () => {
    const live = hub();
    const clients = Array.from({ length: 3 }, () => join(live, { subscribe: ['counts'] }).client);
    const board = counts(1);
    let written = 0;
    live.publishCounts({ ...board, get lagMs() { return (written += 1); } });
    expect(written).toBe(1);
    expect(new Set(clients.map((client) => client.texts[0])).size).toBe(1);
  });

  it('replaces a subscription by the next one', () => {
    const live = hub();
    const { client, session } = join(live, { subscribe: ['counts'] });
    session.receive(JSON.stringify({ subscribe: ['alerts'] }));
    live.publishCounts(counts(1));
    live.publishAlert(alert('e1'));
    expect(client.seen).toEqual(['alerts e1']);
  });

  it('sends nothing to one that has gone', () => {
    const live = hub();
    const { client, session } = join(live, { subscribe: ['counts'] });
    session.closed();
    live.publishCounts(counts(1));
    expect(client.texts).toEqual([]);
    expect(live.clients).toBe(0);
  });
});

describe('resuming', () => {
  it('gives every message an id from which alerts can be resumed', () => {
    const live = hub();
    live.remindOf(alert('e7'));
    const { client } = join(live, { subscribe: ['counts', 'alerts'] });
    live.publishCounts(counts(1));
    live.publishAlert(alert('e8'));
    live.publishCounts(counts(2));
    expect(client.seen).toEqual(['counts e7', 'alerts e8', 'counts e8']);
  });

  it('sends missed alerts first, then those that came meanwhile, each once', async () => {
    const asked: unknown[] = [];
    let answer: (events: AlertEvent[]) => void = () => undefined;
    const live = hub({ alertsAfter: (id, query) => (asked.push([id, query]), new Promise((resolve) => (answer = resolve))) });
    const { client } = join(live, { subscribe: ['alerts'], lastEventId: 'e1' });
    live.publishAlert(alert('e3'));
    live.publishAlert(alert('e4'));
    expect(client.seen).toEqual([]);
    answer([alert('e2'), alert('e3')]);
    await settled();
    live.publishAlert(alert('e5'));
    expect(asked).toEqual([['e1', { workspace: 'default', limit: 1_000 }]]);
    expect(client.seen).toEqual(['alerts e2', 'alerts e3', 'alerts e4', 'alerts e5']);
  });

  it('lets go of what was fetched for an older subscription', async () => {
    const answers: ((events: AlertEvent[]) => void)[] = [];
    const live = hub({ alertsAfter: () => new Promise((resolve) => answers.push(resolve)) });
    const { client, session } = join(live, { subscribe: ['alerts'], lastEventId: 'e1' });
    session.receive(JSON.stringify({ subscribe: ['alerts'], lastEventId: 'e2' }));
    answers[0]?.([alert('e2'), alert('e3')]);
    answers[1]?.([alert('e3')]);
    await settled();
    expect(client.seen).toEqual(['alerts e3']);
  });

  it('closes a client whose missed alerts cannot be read, so that it tries again', async () => {
    const live = hub({ alertsAfter: async () => Promise.reject(new Error('away')) });
    const { client } = join(live, { subscribe: ['alerts'], lastEventId: 'e1' });
    await settled();
    expect(client.ended).toMatchObject({ code: 1013 });
    expect(live.clients).toBe(0);
  });
});

describe('slow and odd clients', () => {
  it('are passed over with counts, and get alerts all the same', () => {
    const live = hub({ limits: { bufferedBytesSoftMax: 100 } });
    const { client } = join(live, { subscribe: ['counts', 'alerts'] });
    client.buffered = 101;
    live.publishCounts(counts(1));
    live.publishAlert(alert('e1'));
    client.buffered = 0;
    live.publishCounts(counts(2));
    expect(client.seen).toEqual(['alerts e1', 'counts e1']);
  });

  it('are dropped over the limit of their buffer', () => {
    const live = hub({ limits: { bufferedBytesMax: 1_000 } });
    const { client } = join(live, { subscribe: ['alerts'] });
    client.buffered = 1_001;
    live.publishAlert(alert('e1'));
    expect([client.ended, client.texts, live.clients]).toEqual(['dropped', [], 0]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['another shape', '{"topics":["counts"]}'],
    ['an unknown topic', '{"subscribe":["prices"]}'],
    ['an unknown key', '{"subscribe":["counts"],"token":"x"}'],
    ['a long event id', JSON.stringify({ subscribe: ['alerts'], lastEventId: 'x'.repeat(201) })],
  ])('that send %s are told what to send, and closed', (_name, text) => {
    const live = hub();
    const client = new TestClient();
    live.connect(client).receive(text);
    expect(client.ended).toEqual({ code: 1008, reason: 'send {"subscribe":["counts"]}, with any of: counts, alerts, feedback, health' });
    expect(live.clients).toBe(0);
  });

  it('over the number that is allowed are sent away', () => {
    const live = hub({ limits: { clientsMax: 1 } });
    join(live, { subscribe: ['counts'] });
    const { client } = join(live, { subscribe: ['counts'] });
    live.publishCounts(counts(1));
    expect(client.ended).toMatchObject({ code: 1013 });
    expect([client.texts, live.clients, live.hasRoom]).toEqual([[], 1, false]);
  });

  it('are all told to go when the server stops', () => {
    const live = hub();
    const clients = [join(live, { subscribe: ['counts'] }).client, join(live, { subscribe: [] }).client];
    live.closeAll();
    expect(clients.map((client) => client.ended)).toEqual([{ code: 1001, reason: 'the server is shutting down' }, { code: 1001, reason: 'the server is shutting down' }]);
    expect(live.clients).toBe(0);
  });
});

describe('the counts that are kept for new clients', () => {
  it('are those of the workspaces that were counted last', () => {
    const live = hub({ limits: { workspacesMax: 2 } });
    for (const workspace of ['a', 'b', 'a', 'c']) live.publishCounts(counts(1, workspace));
    const greeted = ['a', 'b', 'c'].map((workspace) => join(live, { subscribe: ['counts'], workspace }).client.texts.length);
    expect(greeted).toEqual([1, 0, 1]);
  });
});
