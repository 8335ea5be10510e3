import { describe, expect, it } from 'vitest';
import { createDeskState, nextDueMs, remindAt } from './desk-state.ts';
import type { Incident } from './incident.ts';

describe('what is due next', () => {
  it('is no reminder of what was looked at since, is due at another time, or is forgotten', () => {
    const state = createDeskState();
    const [looked, sooner, gone] = ['looked', 'sooner', 'gone'].map((id) => ({ id, dueMs: Infinity }) as Incident) as [Incident, Incident, Incident];
    for (const incident of [looked, sooner, gone]) state.open.set(incident.id, incident);
    expect(nextDueMs(state)).toBe(Infinity);
    remindAt(state, looked, 100);
    remindAt(state, sooner, 900);
    remindAt(state, sooner, 500);
    remindAt(state, gone, 200);
    expect(nextDueMs(state)).toBe(100);
    looked.dueMs = Infinity;
    expect(nextDueMs(state)).toBe(200);
    state.open.delete('gone');
    expect(nextDueMs(state)).toBe(500);
    sooner.dueMs = Infinity;
    // The one of 900 was put forward, and stands for nothing either.
    expect(nextDueMs(state)).toBe(Infinity);
    expect(state.due.size).toBe(0);
  });
});
