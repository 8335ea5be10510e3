import { describe, expect, it } from 'vitest';
import { decideHeartbeat, HEARTBEAT_POLICY } from './decide-heartbeat.ts';
import type { HeartbeatInput } from './decide-heartbeat.ts';

const POLICY = { ...HEARTBEAT_POLICY, graceMs: 120_000 };
const WELL: HeartbeatInput = { unwell: [], status: { lagMs: 900, unscoredFrames: 0 }, deskBehindMs: 0, sinceStartMs: 600_000 };

describe('the heartbeat', () => {
  it('goes out while everything is well, in the first minute too', () => {
    expect(decideHeartbeat(WELL, POLICY)).toEqual({ action: 'send' });
    expect(decideHeartbeat({ ...WELL, sinceStartMs: 5_000 }, POLICY)).toEqual({ action: 'send' });
  });

  it.each<[string, Partial<HeartbeatInput>, string]>([
    ['a part is unwell', { unwell: ['store'] }, 'part-unwell'],
    ['the counter does not answer', { status: null }, 'counter-silent'],
    ['the counter is behind', { status: { lagMs: 61_000, unscoredFrames: 0 } }, 'counter-lag'],
    ['frames pile up', { status: { lagMs: 0, unscoredFrames: 10_001 } }, 'scorer-lag'],
    ['the desk is behind', { deskBehindMs: 61_000 }, 'desk-behind'],
  ])('is withheld when %s, and the log says so after the grace', (_name, over, reason) => {
    expect(decideHeartbeat({ ...WELL, ...over }, POLICY)).toMatchObject({ action: 'withhold', reason, says: 'loudly' });
    expect(decideHeartbeat({ ...WELL, ...over, sinceStartMs: 119_000 }, POLICY)).toMatchObject({ action: 'withhold', reason, says: 'quietly' });
  });
});
