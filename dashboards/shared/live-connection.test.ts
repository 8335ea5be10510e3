import { describe, expect, it } from 'vitest';
import type { LiveMessage, LiveSubscribe } from '../../core/live.ts';
import { LiveConnection, OPEN_TIMEOUT_MS, SILENCE_MAX_MS } from './live-connection.ts';
import type { ConnectionPhase, SocketEvents } from './live-connection.ts';
import { sampleCounts } from './testing/samples.ts';

/** A connection whose sockets and timers are worked by hand. */
function rig(workspace: string | null = null) {
  const sockets: { events: SocketEvents; sent: LiveSubscribe[]; isClosed: boolean }[] = [];
  const timers = new Set<{ run: () => void; delayMs: number }>();
  const phases: ConnectionPhase[] = [];
  const messages: LiveMessage[] = [];
  const connection = new LiveConnection({
    topics: ['counts', 'alerts'],
    workspace,
    random: () => 0,
    openSocket: (events) => {
      const socket = { events, sent: [] as LiveSubscribe[], isClosed: false };
      sockets.push(socket);
      return { send: (text) => void socket.sent.push(JSON.parse(text) as LiveSubscribe), close: () => void (socket.isClosed = true) };
    },
    schedule: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    onMessage: (message) => void messages.push(message),
    onPhase: (phase) => void phases.push(phase),
  });
  const socket = (index = sockets.length - 1) => {
    const found = sockets.at(index);
    if (found === undefined) throw new Error(`there is no socket ${index}`);
    return found;
  };
  return {
    connection, sockets, timers, phases, messages, socket,
    /** Lets the only timer fire, and says how long it was set for. */
    elapse: (): number => {
      const [timer, ...others] = timers;
      if (timer === undefined || others.length > 0) throw new Error(`${timers.size} timers`);
      timers.delete(timer);
      timer.run();
      return timer.delayMs;
    },
    message: (id: string) => JSON.stringify({ id, topic: 'counts', data: sampleCounts() }),
  };
}

describe('the line to the server', () => {
  it('subscribes when the socket opens, and starts once', () => {
    const { connection, socket, sockets } = rig('retail');
    connection.start();
    connection.start();
    expect(sockets).toHaveLength(1);
    socket().events.opened();
    expect(socket().sent).toEqual([{ subscribe: ['counts', 'alerts'], workspace: 'retail' }]);
  });

  it('is live with the first message, not with the open socket', () => {
    const { connection, socket, phases, message, messages } = rig();
    connection.start();
    socket().events.opened();
    expect(phases.map((phase) => phase.kind)).toEqual(['connecting']);
    socket().events.received(message('1'));
    expect(phases.map((phase) => phase.kind)).toEqual(['connecting', 'live']);
    expect(messages).toHaveLength(1);
  });

  it('comes back after a loss and asks for what came after the last message it had', () => {
    const { connection, socket, elapse, message } = rig();
    connection.start();
    socket().events.opened();
    socket().events.received(message('41'));
    socket().events.received(message('42'));
    socket().events.closed();
    expect(elapse()).toBe(250);
    socket().events.opened();
    expect(socket().sent).toEqual([{ subscribe: ['counts', 'alerts'], lastEventId: '42' }]);
  });

  it('waits longer after each failure, and starts again from the shortest wait once a message came', () => {
    const { connection, socket, elapse, message } = rig();
    connection.start();
    const waits = [1, 2, 3, 4].map(() => {
      socket().events.closed();
      return elapse();
    });
    expect(waits).toEqual([250, 500, 1000, 2000]);
    socket().events.opened();
    socket().events.received(message('1'));
    socket().events.closed();
    expect(elapse()).toBe(250);
  });

  it('gives up a socket that does not open in time', () => {
    const { connection, socket, elapse, phases } = rig();
    connection.start();
    expect(elapse()).toBe(OPEN_TIMEOUT_MS);
    expect(socket().isClosed).toBe(true);
    expect(phases.at(-1)).toEqual({ kind: 'lost', attempt: 1, retryInMs: 250 });
  });

  it('takes silence for a dead line, and no longer listens to it', () => {
    const { connection, socket, elapse, message, messages } = rig();
    connection.start();
    const dead = socket();
    dead.events.opened();
    dead.events.received(message('1'));
    expect(elapse()).toBe(SILENCE_MAX_MS);
    expect(dead.isClosed).toBe(true);
    dead.events.received(message('2'));
    expect(messages).toHaveLength(1);
  });

  it('hears a socket that was left neither close nor open', () => {
    const { connection, socket, elapse, phases } = rig();
    connection.start();
    const first = socket();
    first.events.closed();
    elapse();
    const before = phases.length;
    first.events.closed();
    first.events.opened();
    expect(phases).toHaveLength(before);
    expect(first.sent).toEqual([]);
  });

  it('passes over what it cannot read, and does not ask from there', () => {
    const { connection, socket, message, messages, elapse } = rig();
    connection.start();
    socket().events.opened();
    socket().events.received(message('5'));
    socket().events.received('{"id":"9","topic":"weather","data":{}}');
    socket().events.received(new ArrayBuffer(3));
    expect(messages).toHaveLength(1);
    socket().events.closed();
    elapse();
    socket().events.opened();
    expect(socket().sent[0]?.lastEventId).toBe('5');
  });

  it('tries at once when the network is back, but leaves a working socket alone', () => {
    const { connection, socket, sockets, timers } = rig();
    connection.start();
    connection.retryNow();
    expect(sockets).toHaveLength(1);
    socket().events.closed();
    connection.retryNow();
    expect(sockets).toHaveLength(2);
    expect(timers.size).toBe(1);
  });

  it('does nothing more once stopped', () => {
    const { connection, socket, timers, sockets } = rig();
    connection.start();
    socket().events.opened();
    connection.stop();
    expect(socket().isClosed).toBe(true);
    expect(timers.size).toBe(0);
    connection.retryNow();
    expect(sockets).toHaveLength(1);
  });
});
