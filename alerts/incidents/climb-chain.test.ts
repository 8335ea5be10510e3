import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Route } from '../routing/book.ts';
import { incidentRecord } from './incident-view.ts';
import { between, Story, timeMs } from './testing/story.ts';

const BURST = makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 });
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: 'up', gatherBy: ['rule'], waitMs: 0, assign: null, skills: [] };
const chains = [{ id: 'up', steps: [{ waitMs: 600_000, notify: ['lead'] }, { waitMs: 900_000, notify: ['boss'] }], repeat: 0 }];
const opened = (): { story: Story; target: string } => {
  const story = new Story({ rules: [BURST], book: { routes: [route], chains } });
  story.at('10:00').complaint({}, 5);
  story.expectPage(between('10:00', '10:00'), { kind: 'opened', notify: ['desk'] });
  return { story, target: story.incident().id };
};

describe('an incident that somebody escalates', () => {
  it('pages the next level at once, says who did it, and gives that level its time before the one after it', () => {
    const { story, target } = opened();
    story.at('10:02').says('u1', { kind: 'escalate', target, step: 1 });
    story.expectPage(between('10:02', '10:02'), { kind: 'escalated', reason: 'escalated-by-hand', by: 'u1', notify: ['lead'], detail: { zh: 'u1 手动升级，第 1 步：lead', en: 'escalated by u1, step 1: lead' } });
    expect(incidentRecord(story.incident()).nextStep).toEqual({ chain: 'up', step: 2, atMs: timeMs('10:17') });
    expect(story.incident().timeline.slice(-2)).toMatchObject([{ kind: 'escalated', by: 'u1', detail: { zh: '第 1 步：lead', en: 'step 1: lead' } }, { kind: 'paged', reason: 'escalated-by-hand' }]);
    story.at('10:30');
    story.expectPage(between('10:17', '10:17:01'), { reason: 'escalation-step', notify: ['boss'] });
    story.expectNoMore();
  });

  it('takes one step however often it is asked: by the same operation, and by two people who mean the same step', () => {
    const { story, target } = opened();
    story.at('10:02').says('u1', { kind: 'escalate', target, step: 1 }, 'once-only').says('u1', { kind: 'escalate', target, step: 1 }, 'once-only').says('u2', { kind: 'escalate', target, step: 1 });
    story.expectPage(between('10:02', '10:02'), { notify: ['lead'] });
    story.expectNoMore();
    expect(story.outcomes).toMatchObject([{ done: true }, { done: true, repeated: true }, { done: false, code: 'conflict', message: 'Step 1 of the escalation chain was taken before; the next one is 2.' }]);
  });

  it('is told in the words of who did it, on its timeline and on its page', () => {
    const { story, target } = opened();
    story.says('u1', { kind: 'escalate', target, comment: 'the warehouse is on fire' });
    expect(story.incident().timeline.find(({ kind }) => kind === 'escalated')?.detail.zh).toBe('the warehouse is on fire');
    story.expectPage(between('10:00', '10:00'), { by: 'u1', detail: { zh: 'u1 手动升级，第 1 步：lead；the warehouse is on fire', en: 'escalated by u1, step 1: lead; the warehouse is on fire' } });
  });

  it('is refused where no step is left, somebody has it, or it is over, and nothing is paged', () => {
    const { story, target } = opened();
    story.says('u1', { kind: 'escalate', target }).says('u1', { kind: 'escalate', target });
    story.expectPage(between('10:00', '10:00'), { notify: ['lead'] });
    story.expectPage(between('10:00', '10:00'), { notify: ['boss'] });
    const refused = (): unknown => story.says('u1', { kind: 'escalate', target }).outcomes.at(-1);
    expect(refused()).toMatchObject({ code: 'conflict', message: `The incident ${target} has no further step of an escalation chain.` });
    story.says('u2', { kind: 'acknowledge', target });
    expect(refused()).toMatchObject({ code: 'conflict', message: `The incident ${target} is acknowledged by u2: hand it over, or withdraw the acknowledgement first.` });
    story.says('u2', { kind: 'resolve', target });
    expect(refused()).toMatchObject({ code: 'conflict', message: `The incident ${target} is over.` });
    story.expectPage(between('10:00', '10:00'), { kind: 'resolved' });
    story.expectNoMore();
  });
});
