import { CATEGORY_IDS, type CategoryId } from '../../core/category.ts';
import { maskText } from '../admission/mask.ts';
import { ratingOfWord } from '../admission/rating-words.ts';
import type { HistoryPalette, PaletteItem } from '../../stream/store/generate/palette.ts';
import { createGenerator } from './generator.ts';
import { Prng } from './prng.ts';
import type { SampleData } from './sample-data.ts';
import { renderTemplate } from './template.ts';
import { createStage, Scene } from './scene.ts';

/** Each item of history is one of these with another ending, time and customer. */
const ITEMS = 24_000;
const ITEMS_PER_CATEGORY_MIN = 200;
const ENDINGS = 120;
const SOME_TIME_MS = Date.UTC(2026, 0, 1);

/** What a store of history is made from: items of the product's own generator, sorted by category, and endings of texts. */
export function createHistoryPalette(data: SampleData, seed: number): HistoryPalette {
  const generator = createGenerator({ seed, data, repeatShare: 0 });
  const byCategory = new Map<CategoryId, PaletteItem[]>(CATEGORY_IDS.map((id) => [id, []]));
  const add = (wish: { category?: CategoryId }): void => {
    const { item, category, sentiment } = generator.nextLabelled(SOME_TIME_MS, wish);
    byCategory.get(category)?.push({
      text: maskText(item.text), category, sentiment, channel: item.channel, language: /\p{Script=Han}/u.test(item.text) ? 'zh' : 'en',
      product: item.product ?? '', store: item.store ?? '', region: item.region ?? '', agent: item.agent ?? '', order: item.order ?? '', ticket: item.ticket ?? '',
      customer: item.customer?.id ?? '', tier: item.customer?.tier ?? '', group: item.customer?.group ?? '', rating: typeof item.rating === 'string' ? ratingOfWord(item.rating) ?? 0 : item.rating ?? 0, nps: item.nps ?? -1,
      waitSeconds: item.waitSeconds ?? -1, resolved: item.resolved === undefined ? -1 : Number(item.resolved),
    });
  };
  for (let made = 0; made < ITEMS; made += 1) add({});
  for (const [category, items] of byCategory) while (items.length < ITEMS_PER_CATEGORY_MIN) add({ category });
  return { items: [...byCategory.values()].flat(), endings: endingsOf(data, seed) };
}

/** Closers of the phrase bank, by language and sentiment; the first is none. */
function endingsOf(data: SampleData, seed: number): HistoryPalette['endings'] {
  const prng = new Prng(seed ^ 0x3c6ef372);
  const stage = createStage(data.catalogue, data.banks['zh-Hant'].convert);
  const of = (writing: 'zh' | 'en'): Record<PaletteItem['sentiment'], string[]> => {
    const scene = new Scene(stage, prng, { writing, incident: undefined });
    const draw = (sentiment: PaletteItem['sentiment']): string[] =>
      ['', ...Array.from({ length: ENDINGS - 1 }, () => (writing === 'en' ? ' ' : '，') + renderTemplate(prng.pick(data.banks[writing].closers[sentiment]), prng, scene.slotValue))];
    return { negative: draw('negative'), neutral: draw('neutral'), positive: draw('positive') };
  };
  return { zh: of('zh'), en: of('en') };
}
