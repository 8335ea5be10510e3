import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Prng } from '../../server/play/prng.ts';
import { VICTIMS, planKills } from './plan-kills.ts';

const plans = (check: (kills: ReturnType<typeof planKills>) => void): void =>
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 4, max: 60 }), (seed, count) => check(planKills(new Prng(seed), count))));

describe('the plan of the kills', () => {
  it('is the same for the same seed, and another for another', () => {
    const plan = (seed: number): unknown => planKills(new Prng(seed), 30);
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  it('meets every victim, and some servers while they start', () => {
    plans((kills) => {
      expect(new Set(kills.map(({ victim }) => victim))).toEqual(new Set(VICTIMS));
    });
    expect(planKills(new Prng(1), 100).some(({ after }) => after === 'start')).toBe(true);
  });

  it('never ends nats-server alone so often that the server would give it up', () => {
    plans((kills) => {
      const row = kills.map(({ victim }) => (victim === 'nats-server' ? 'n' : '-')).join('');
      expect(row).not.toContain('nnnn');
    });
  });

  it('kills during a start only where the kill before made one', () => {
    plans((kills) => kills.forEach(({ after, victim }, index) => {
      if (after !== 'start') return;
      expect(victim).toMatch(/server|both/);
      expect(victim).not.toBe('nats-server');
      expect(kills[index - 1]?.victim).toMatch(/server|both/);
      expect(kills[index - 1]?.victim).not.toBe('nats-server');
    }));
  });
});
