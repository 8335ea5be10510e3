import { describe, expect, it } from 'vitest';
import type { News } from './board-state.ts';
import { chimeFor, RING_WITHIN_MS } from './chime.ts';

const news = (serial: number, kind: News['kind'], severity: string, saidAtMs = 1_000): News => ({ serial, kind, saidAtMs, alert: { severity } as News['alert'] });

describe('the chime', () => {
  it('rings once for what opened or became worse, as the worst of it', () => {
    const all = [news(1, 'opened', 'notice'), news(2, 'escalated', 'critical'), news(3, 'opened', 'warning')];
    const first = chimeFor(all, 0, 1_000);
    expect([first.notes.length, first.serial]).toEqual([4, 3]);
    expect(chimeFor(all, first.serial, 1_000)).toEqual({ notes: [], serial: 3 });
    expect(chimeFor([...all, news(4, 'opened', 'notice')], 3, 1_000).notes).toHaveLength(1);
  });

  it('is silent for ends and for news that is old', () => {
    expect(chimeFor([news(1, 'resolved', 'critical')], 0, 1_000)).toEqual({ notes: [], serial: 1 });
    expect(chimeFor([news(1, 'opened', 'critical', 0)], 0, RING_WITHIN_MS)).toEqual({ notes: [], serial: 1 });
    expect(chimeFor([], 7, 0)).toEqual({ notes: [], serial: 7 });
  });

  it('takes a severity that it does not know for a warning', () => {
    expect(chimeFor([news(1, 'opened', 'unheard-of')], 0, 1_000).notes).toHaveLength(2);
  });
});
