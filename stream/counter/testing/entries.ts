import type { FeedbackItem } from '../../../core/feedback.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../../core/frame.ts';
import type { Rule, ThresholdRule } from '../../../core/rule.ts';
import type { Score } from '../../../core/score.ts';

export const START_MS = Date.UTC(2026, 2, 1, 8);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export function makeItem(over: Partial<FeedbackItem> & { score?: Partial<Score> } = {}): ScoredItem {
  const { score, ...item } = over;
  const createdAtMs = over.createdAtMs ?? START_MS;
  return {
    item: { id: 'item', idGiven: false, workspace: 'shop', text: '等了十天还没到', channel: 'app', createdAtMs, receivedAtMs: createdAtMs, ...item },
    score: {
      sentiment: 'negative',
      probabilities: { negative: 0.9, neutral: 0.08, positive: 0.02 },
      stars: 1,
      starProbabilities: [0.9, 0.05, 0.03, 0.01, 0.01],
      complaint: true,
      complaintProbability: 0.9,
      severity: 'moderate',
      categories: [{ id: 'logistics', probability: 0.9, decidedBy: 'model' }],
      implicit: false,
      keywords: [],
      language: 'zh',
      ...score,
    },
  };
}

export function makeRule(over: Partial<ThresholdRule> = {}): ThresholdRule {
  return {
    id: 'burst',
    title: { zh: '投诉激增', en: 'Complaints surge' },
    kind: 'threshold',
    where: 'complaint',
    groupBy: ['category'],
    windowMs: 24 * HOUR_MS,
    fireAt: 50,
    resolveBelow: 40,
    severity: 'warning',
    escalate: [],
    notify: ['on-call'],
    ...over,
  };
}

/** Writes a scored log: sequences and raw sequences count up by themselves. */
export class LogScript {
  #sequence = 0;
  #rawSequence = 0;

  rules(timeMs: number, rules: Rule[]): LogEntry<ScoredEntry> {
    return { sequence: ++this.#sequence, timeMs, value: { kind: 'rules', rules } };
  }

  tick(timeMs: number): LogEntry<ScoredEntry> {
    return { sequence: ++this.#sequence, timeMs, value: { kind: 'tick' } };
  }

  frame(timeMs: number, items: ScoredItem[], rawSequence?: number): LogEntry<ScoredEntry> {
    this.#rawSequence = rawSequence ?? this.#rawSequence + 1;
    return {
      sequence: ++this.#sequence,
      timeMs,
      value: { kind: 'scored', rawSequence: this.#rawSequence, gatheredAtMs: timeMs, scoredAtMs: timeMs, model: 'test-1', items },
    };
  }
}
