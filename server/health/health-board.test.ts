import { describe, expect, it } from 'vitest';
import { HealthBoard } from './health-board.ts';

const clockAt = (startMs: number) => {
  const clock = { atMs: startMs, nowMs: () => clock.atMs };
  return clock;
};

describe('the health board', () => {
  it('is not ready while nobody has said anything', () => {
    expect(new HealthBoard(clockAt(0)).report().ready).toBe(false);
  });

  it('is ready when every part is, and names the part that is not with its reason', () => {
    const board = new HealthBoard(clockAt(0));
    board.ok('log');
    board.notOk('store', 'connection refused');
    expect(board.report()).toMatchObject({ ready: false, parts: [{ part: 'log', ok: true }, { part: 'store', ok: false, reason: 'connection refused' }] });
    board.ok('store');
    expect(board.report().ready).toBe(true);
  });

  it('stops believing a part that promised a word and fell silent', () => {
    const clock = clockAt(1_000);
    const board = new HealthBoard(clock);
    board.ok('counter', 5_000);
    clock.atMs = 6_000;
    expect(board.report().ready).toBe(true);
    clock.atMs = 8_001;
    expect(board.report()).toMatchObject({ ready: false, parts: [{ reason: 'no sign of life for 7 s' }] });
  });
});
