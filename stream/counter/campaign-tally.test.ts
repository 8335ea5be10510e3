import { describe, expect, it } from 'vitest';
import { CampaignTally } from './campaign-tally.ts';
import type { SavedTally } from './campaign-tally.ts';

/** What stands in the bytes of a saved state. */
const written = (saved: ReturnType<CampaignTally['save']>): SavedTally[] => JSON.parse(JSON.stringify(saved)) as SavedTally[];

describe('a tally of copied texts', () => {
  it('keeps what was saved as it stood, whatever is noted afterwards', () => {
    const tally = new CampaignTally(10);
    tally.note(1, 7, 100);
    tally.note(1, 8, 90);
    const saved = tally.save();
    tally.note(1, 7, 200);
    tally.note(2, 9, 300);
    expect(written(saved)).toEqual([[1, [[7, 1, 100], [8, 1, 90]]]]);
    expect(written(tally.save())).toEqual([[1, [[8, 1, 90], [7, 2, 200]]], [2, [[9, 1, 300]]]]);
  });

  it('goes on from what was saved as the one that was saved does', () => {
    const straight = new CampaignTally(3);
    const notes = Array.from({ length: 200 }, (_, at) => [at % 4, (at * 7) % 19, at] as const);
    for (const note of notes.slice(0, 90)) straight.note(...note);
    const restored = new CampaignTally(3, written(straight.save()));
    for (const note of notes.slice(90)) {
      straight.note(...note);
      restored.note(...note);
    }
    expect(written(restored.save())).toEqual(written(straight.save()));
  });

  it('forgets the campaign of a group that was heard of least recently, and the group that came first', () => {
    const tally = new CampaignTally(2);
    for (let campaign = 1; campaign <= 16; campaign++) tally.note(1, campaign, campaign);
    tally.note(1, 1, 50);
    tally.note(1, 17, 60);
    expect(written(tally.save())[0]![1].map(([campaign]) => campaign)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 17]);
    tally.note(2, 1, 1);
    tally.note(3, 1, 1);
    expect(tally.save().map(([key]) => key)).toEqual([2, 3]);
    for (let key = 4; key <= 500; key++) {
      tally.note(key, 1, key);
      if (key % 3 === 0) tally.forget(key - 1);
    }
    expect(tally.save().map(([key]) => key)).toEqual([499, 500]);
  });
});
