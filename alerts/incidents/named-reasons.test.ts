import { describe, expect, it } from 'vitest';
import type { Silence } from '../../core/operation.ts';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Route } from '../routing/book.ts';
import { between, Story, timeMs } from './testing/story.ts';

const BURST = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['rule'], waitMs: 0, assign: null, skills: [] };
/** What became of the page of each alert, by its category. */
const pagesOf = (story: Story): Record<string, string | undefined> => Object.fromEntries([...story.incident().members.values()].map(({ group, page }) => [group['category'], page?.reason]));

describe('a page that does not go out says why, with the alert and on the timeline:', () => {
  it('grouped into an incident that was told already', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route] } });
    story.at('10:00').complaint({ category: 'logistics' }, 5).at('10:05').complaint({ category: 'other' }, 5);
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectNoMore();
    expect(pagesOf(story)).toEqual({ logistics: 'fired', other: 'grouped' });
    expect(story.incident().timeline.at(-1)).toMatchObject({ kind: 'joined', alertId: [...story.incident().members.keys()][1] });
  });

  it('silenced, by whom and why', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route] } });
    story.at('09:00').says('u2', { kind: 'silence', silence: { id: 's1', matchers: [{ field: 'category', operator: '=', value: 'logistics' }], author: 'u2', reason: 'stock taking', startsAtMs: 0, endsAtMs: Date.UTC(2030, 0), createdAtMs: 0 } });
    story.at('10:00').complaint({ category: 'logistics' }, 5);
    story.expectNoMore();
    const withheld = story.incident().timeline.find(({ kind }) => kind === 'page-withheld');
    expect(withheld?.reason).toBe('silenced');
    for (const text of [withheld!.detail.zh, withheld!.detail.en]) expect(text).toMatch(/u2.*stock taking/u);
    expect(withheld?.untilMs).toBe(Date.UTC(2030, 0));
    expect(pagesOf(story)).toEqual({ logistics: 'silenced' });
  });

  it('silenced after it was told: by whom, why and until when, once, and who took the silence away', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route] } });
    const silence = (reason: string, endsAt: string): Silence => ({ id: 's1', matchers: [{ field: 'category', operator: '=', value: 'logistics' }], author: 'u2', reason, startsAtMs: 0, endsAtMs: timeMs(endsAt), createdAtMs: 0 });
    story.at('10:00').complaint({ category: 'logistics' }, 5);
    story.at('10:01').says('u2', { kind: 'silence', silence: silence('stock taking', '12:00') }).says('u2', { kind: 'silence', silence: silence('stock taking', '12:00') });
    story.at('10:02').says('u2', { kind: 'silence', silence: silence('stock taking', '13:00') });
    story.at('10:03').says('u3', { kind: 'remove-silence', silenceId: 's1' });
    const said = (kinds: string[]) => story.incident().timeline.filter(({ kind }) => kinds.includes(kind)).map(({ atMs, kind, by, detail, silenceId, untilMs }) => [atMs, kind, by, detail.zh, silenceId, untilMs]);
    expect(said(['silenced', 'silence-removed'])).toEqual([
      [timeMs('10:01'), 'silenced', 'u2', '静默“物流配送”：stock taking', 's1', timeMs('12:00')],
      [timeMs('10:02'), 'silenced', 'u2', '静默“物流配送”：stock taking', 's1', timeMs('13:00')],
      [timeMs('10:03'), 'silence-removed', 'u3', '静默“物流配送”：stock taking', 's1', undefined],
    ]);
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectNoMore();
  });

  it('is not said to be silenced while an alert of it is not', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route] } });
    story.at('10:00').complaint({ category: 'logistics' }, 5).complaint({ category: 'other' }, 5);
    const silence = (id: string, category: string): Silence => ({ id, matchers: [{ field: 'category', operator: '=', value: category }], author: 'u2', reason: 'drill', startsAtMs: 0, endsAtMs: timeMs('12:00'), createdAtMs: 0 });
    const count = (): number => story.incident().timeline.filter(({ kind }) => kind === 'silenced').length;
    story.says('u2', { kind: 'silence', silence: silence('s1', 'logistics') });
    expect(count()).toBe(0);
    story.says('u2', { kind: 'silence', silence: silence('s2', 'other') });
    expect(count()).toBe(1);
  });

  it('acknowledged already, by whom', () => {
    const story = new Story({ rules: [BURST], book: { routes: [{ ...route, waitMs: 30_000 }] } });
    story.at('10:00').complaint({}, 5).at('10:00:10').says('u1', { kind: 'acknowledge', target: story.incident().id });
    story.at('10:05');
    story.expectNoMore();
    expect(story.incident().timeline.filter(({ kind }) => kind === 'page-withheld').map(({ reason, detail }) => [reason, detail])).toEqual([
      ['group-wait', { zh: '', en: '' }], ['already-acknowledged', { zh: 'u1 已确认', en: 'acknowledged by u1' }],
    ]);
  });
});
