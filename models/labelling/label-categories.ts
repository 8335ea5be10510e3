import type { CategoryId } from '../../core/category.ts';
import { CATEGORY_WORDS } from './category-words.ts';

/** A data set's own aspect or intent, where it means one of our categories. Patterns on `source:aspect`. */
const ASPECTS: [RegExp, CategoryId][] = [
  [/^twitter_us_airline:(?:Late Flight|Cancelled Flight|longlines)/, 'service.speed'],
  [/^twitter_us_airline:(?:Customer Service Issue|Flight Attendant Complaints)/, 'service.attitude'],
  [/^twitter_us_airline:(?:Lost Luggage|Damaged Luggage)/, 'logistics'],
  [/^twitter_us_airline:Bad Flight/, 'product.quality'],
  [/^jd_laptop:(?:快递|包装)/, 'logistics'],
  [/^jd_laptop:价格/, 'product.price'],
  [/^jd_laptop:(?:质量|材质)/, 'product.quality'],
  [/^jd_laptop:(?:性能|输入|散热|识别系统|电源电池|屏幕|操作系统|程序应用|网络通信|办公软件|IO接口|内存|存储|CPU|软件|兼容性|显卡|硬件|多媒体)/, 'product.function'],
  [/^jd_laptop:售后维修/, 'after-sales.repair'],
  [/^jd_laptop:销售/, 'service.attitude'],
  [/^bdci2018_car:价格/, 'product.price'],
  [/^bdci2018_car:(?:动力|油耗|操控|配置|舒适性)/, 'product.function'],
  [/^bdci2018_car:安全性/, 'product.quality'],
  [/^aichallenger2018_sample:(?:location|environment|service_parking)/, 'store.environment'],
  [/^aichallenger2018_sample:price/, 'product.price'],
  [/^aichallenger2018_sample:service_waiters/, 'service.attitude'],
  [/^aichallenger2018_sample:service_(?:wait|serving)/, 'service.speed'],
  [/^aichallenger2018_sample:dish/, 'product.quality'],
  [/^acos_quads:(?:.*#PRICES?)/, 'product.price'],
  [/^acos_quads:(?:FOOD|DRINKS|.*#QUALITY)/, 'product.quality'],
  [/^acos_quads:(?:AMBIENCE|LOCATION)/, 'store.environment'],
  [/^acos_quads:SERVICE/, 'service.attitude'],
  [/^acos_quads:(?:SUPPORT|WARRANTY)/, 'after-sales.repair'],
  [/^acos_quads:SHIPPING/, 'logistics'],
  [/^acos_quads:(?:.*#(?:OPERATION_PERFORMANCE|USABILITY|CONNECTIVITY|DESIGN_FEATURES))/, 'product.function'],
  [/^banking77:(?:passcode_forgotten|.*verify.*identity|edit_personal_details)/, 'account.login'],
  [/^banking77:(?:compromised_card|lost_or_stolen|.*not_recognised|pin_blocked|change_pin)/, 'account.security'],
  [/^banking77:(?:request_refund|Refund_not)/, 'after-sales.refund'],
  [/^banking77:card_(?:arrival|delivery)/, 'logistics'],
  [/^banking77:(?:declined|pending|.*transfer|.*top_?up|topping|.*charge|.*payment|.*exchange_rate|transaction|direct_debit|balance|wrong_amount|cash_|beneficiary|card_not_working|contactless|apple_pay|virtual_card_not|receiving|atm)/, 'account.payment'],
];

/** The data sets whose aspects decide alone, because words mislead there (bank questions all speak of accounts and cards). */
const ASPECTS_ALONE = new Set(['banking77']);

/** Goods, not software: what freezes or stays dark there is the thing itself, unless a program is named. */
const SOURCES_OF_GOODS = new Set(['jd_laptop', 'online_shopping_10_cats', 'amazon_polarity10k', 'vader_amazonReviewSnippets', 'acos_quads']);
const PROGRAM = /软件|程序|应用|客户端|网页|网站|\bapp|software|website|program/;

/** Categories of one training row, from its data set's aspects and from what people write. Empty: none fits. */
export function labelCategories(folded: string, source: string, aspects: readonly string[]): Set<CategoryId> {
  const found = new Set<CategoryId>();
  for (const aspect of aspects) {
    const key = `${source}:${aspect}`;
    for (const [pattern, category] of ASPECTS) {
      if (pattern.test(key)) {
        found.add(category);
        break;
      }
    }
  }
  if (ASPECTS_ALONE.has(source)) return found;
  for (const [category, words] of Object.entries(CATEGORY_WORDS) as [Exclude<CategoryId, 'other'>, RegExp][]) {
    if (!words.test(folded)) continue;
    found.add(category === 'app.crash' && SOURCES_OF_GOODS.has(source) && !PROGRAM.test(folded) ? 'product.function' : category);
  }
  return found;
}
