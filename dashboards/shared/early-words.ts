import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { Approaching } from '../../core/live.ts';
import type { Formatter } from './format.ts';
import type { Language } from './language.ts';

interface Words {
  of: (count: string, fireAt: string) => string;
  customers: (count: string, fireAt: string) => string;
  probability: (count: string, fireAt: string) => string;
  share: (share: string, limit: string, per: string, volume: string) => string;
  spike: (count: string, fireAt: string, usual: string) => string;
}

const WORDS: Record<Language, Words> = {
  zh: {
    of: (count, fireAt) => `${count} / ${fireAt}`,
    customers: (count, fireAt) => `${count} / ${fireAt} 位客户`,
    probability: (count, fireAt) => `概率和 ${count} / ${fireAt}`,
    share: (share, limit, per, volume) => `每${per} ${share} / ${limit}（共 ${volume} 条）`,
    spike: (count, fireAt, usual) => `${count} / ${fireAt}（平时 ${usual}）`,
  },
  en: {
    of: (count, fireAt) => `${count} of ${fireAt}`,
    customers: (count, fireAt) => agreeInNumber(`${count} of ${fireAt} customers`),
    probability: (count, fireAt) => `a sum of ${count} of ${fireAt}`,
    share: (share, limit, per, volume) => `${share} of ${limit} per ${per} (of ${volume})`,
    spike: (count, fireAt, usual) => `${count} of ${fireAt} (usually ${usual})`,
  },
};

const PER: Record<100 | 1000, Record<Language, string>> = { 100: { zh: '百条', en: '100' }, 1000: { zh: '千条', en: '1,000' } };

/** How far it is, in the words of its kind. `count`: writes a number of items, which may be a lower bound. */
export function earlyWords({ count, fireAt, of, measure }: Pick<Approaching, 'count' | 'fireAt' | 'of' | 'measure'>, language: Language, { format, write }: { format: Formatter; write: (count: number) => string }): string {
  const words = WORDS[language];
  const [now, limit] = [write(count), format.count(fireAt)];
  switch (measure?.kind) {
    case 'share': {
      const { share, shareAtLeast, per, volume } = measure;
      return words.share(figure(share * per), figure(shareAtLeast * per), PER[per][language], write(volume));
    }
    case 'spike':
      return words.spike(now, limit, figure(measure.expected));
    case 'newTopic':
      return words.customers(now, limit);
    case undefined:
      return of === undefined ? words.of(now, limit) : words[of](of === 'probability' ? figure(count) : now, limit);
  }
}

/** To one place, and none where it is whole. */
function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}
