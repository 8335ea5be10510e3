import type { Score } from '../../core/score.ts';
import type { Prng } from '../../server/play/prng.ts';

/** Words that the stand-in for the model knows, with the category of each. */
const TOPICS = { 物流: 'logistics', 退款: 'after-sales.refund', 崩溃: 'app.crash', 质量: 'product.quality' } as const;
const ENDINGS = ['等了很久', '没人处理', '第二次了', '希望改进', '还可以', '谢谢', '请尽快回复', '朋友也遇到了'];
const BAD = '太差';

/** An item as a client sends it. */
export interface SentItem {
  id?: string;
  workspace: string;
  text: string;
  channel: 'app' | 'web' | 'phone';
  createdAt: string;
  customer?: { id: string };
  /** Names it in the simulation, with an id or without. */
  ticket: string;
}

export function composeText(random: Prng, topics: number, isComplaint: boolean): string {
  const words = Object.keys(TOPICS);
  const named = Array.from({ length: topics }, () => random.pick(words)).join('，');
  return `${named}${isComplaint ? BAD : '不错'}，${random.pick(ENDINGS)}，${letters(random, 8)}`;
}

/** In place of the model: a pure function of the text, because the plumbing is what is simulated. */
export function scoreText(text: string): Score {
  const complaint = text.includes(BAD);
  const categories = Object.entries(TOPICS).filter(([word]) => text.includes(word)).map(([, id]) => ({ id, probability: 0.9, decidedBy: 'model' as const }));
  return {
    sentiment: complaint ? 'negative' : 'positive',
    probabilities: complaint ? { negative: 0.9, neutral: 0.05, positive: 0.05 } : { negative: 0.05, neutral: 0.05, positive: 0.9 },
    stars: complaint ? 1 : 5,
    starProbabilities: complaint ? [0.9, 0.05, 0.03, 0.01, 0.01] : [0.01, 0.01, 0.03, 0.05, 0.9],
    complaint,
    complaintProbability: complaint ? 0.6 + (text.charCodeAt(text.length - 1) % 4) / 10 : 0.1,
    severity: complaint ? 'moderate' : 'none',
    categories: categories.length > 0 ? categories : [{ id: 'other', probability: 0.9, decidedBy: 'model' }],
    implicit: false,
    keywords: Object.keys(TOPICS).filter((word) => text.includes(word)),
    language: 'zh',
  };
}

/** Letters alone, which admission never takes for a number to be masked. */
export function letters(random: Prng, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + random.below(26))).join('');
}
