import type { CategoryId } from '../../../core/category.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A surge of a kind that a rule is for. */
export interface Plant {
  name: string;
  /** Rules of the packs that are meant to find it. */
  rules: readonly string[];
  /** Other rules that may well speak of it. */
  alsoExplains?: readonly string[];
  items: number;
  withinMs: number;
  /** Its items: complaints of a category, or these words. */
  of: { category: CategoryId } | { words: readonly string[] } | 'silence' | 'waiting' | 'one-star';
  /** All of its items have this product, store or tier. */
  fields?: { product?: string; store?: string; tier?: string };
}

const BY_CATEGORY = ['retail-category-50', 'retail-class-over-50'];

/** Each is planted three times. Ordinary traffic of the same kind goes on around it. */
export const PLANTS: readonly Plant[] = [
  { name: '80 late parcels in 6 h', rules: ['retail-category-50'], alsoExplains: ['retail-class-over-50', 'retail-logistics-share', 'retail-new-topic', 'service-sure-complaints'], items: 80, withinMs: 6 * HOUR_MS, of: { category: 'logistics' } },
  { name: '40 crashes in 1 h', rules: ['app-crash-spike'], alsoExplains: [...BY_CATEGORY, 'app-outage', 'app-one-star-share', 'retail-new-topic'], items: 40, withinMs: HOUR_MS, of: { category: 'app.crash' } },
  { name: '30 who cannot log in within 1 h', rules: ['app-login-burst'], alsoExplains: [...BY_CATEGORY, 'app-outage', 'app-one-star-share', 'retail-new-topic'], items: 30, withinMs: HOUR_MS, of: { category: 'account.login' } },
  { name: '12 who cannot pay within 20 min', rules: ['app-payment-burst'], alsoExplains: [...BY_CATEGORY, 'app-outage', 'retail-new-topic'], items: 12, withinMs: 20 * MINUTE_MS, of: { category: 'account.payment' } },
  { name: '15 on one product\'s quality in 12 h', rules: ['retail-product-quality'], alsoExplains: [...BY_CATEGORY, 'retail-new-topic'], items: 15, withinMs: 12 * HOUR_MS, of: { category: 'product.quality' }, fields: { product: 'planted-product' } },
  { name: '8 who speak of fakes in 6 h', rules: ['retail-fake-goods'], alsoExplains: [...BY_CATEGORY, 'retail-new-topic', 'retail-legal-or-media'], items: 8, withinMs: 6 * HOUR_MS, of: { words: ['买到假货了,和专柜的完全不一样,太差了', '明显是假冒的,要求退款', '这就是骗子,收到的是假货', '怀疑是假货,质量极差,投诉'] } },
  { name: '20 on one store\'s staff in 8 h', rules: ['service-attitude-store'], alsoExplains: [...BY_CATEGORY, 'retail-new-topic'], items: 20, withinMs: 8 * HOUR_MS, of: { category: 'service.attitude' }, fields: { store: 'planted-store' } },
  { name: '60 on refunds in 6 h', rules: ['service-refund'], alsoExplains: [...BY_CATEGORY, 'retail-new-topic', 'service-sure-complaints'], items: 60, withinMs: 6 * HOUR_MS, of: { category: 'after-sales.refund' } },
  { name: 'a VIP\'s serious complaint', rules: ['service-vip'], items: 1, withinMs: MINUTE_MS, of: { words: ['我要起诉你们,充电器起火差点烧到孩子,太可怕了'] }, fields: { tier: 'vip', product: 'planted-charger' }, alsoExplains: ['retail-safety', 'retail-legal-or-media', ...BY_CATEGORY] },
  { name: 'somebody may come to harm', rules: ['retail-safety'], items: 1, withinMs: MINUTE_MS, of: { words: ['用了两天就起火了,差点烧到人,非常危险'] }, fields: { product: 'planted-kettle' }, alsoExplains: BY_CATEGORY },
  { name: 'somebody goes to court', rules: ['retail-legal-or-media'], items: 1, withinMs: MINUTE_MS, of: { words: ['再不处理我就去法院起诉你们,太过分了'] }, alsoExplains: BY_CATEGORY },
  { name: 'an account was taken over', rules: ['app-privacy'], items: 1, withinMs: MINUTE_MS, of: { words: ['我的账号被盗了,个人信息泄露,你们怎么保护的'] }, alsoExplains: BY_CATEGORY },
  { name: 'one channel is silent for 5 h', rules: ['service-silent-channel'], items: 0, withinMs: 5 * HOUR_MS, of: 'silence' },
  { name: 'half of those who chat wait too long for 3 h', rules: ['service-waiting-share'], items: 0, withinMs: 3 * HOUR_MS, of: 'waiting' },
  { name: '25 on something new in 8 h', rules: ['retail-new-topic'], alsoExplains: BY_CATEGORY, items: 25, withinMs: 8 * HOUR_MS, of: { words: ['蓝牙适配盒漏液了,太差劲', '新买的蓝牙适配盒用一天就漏液', '蓝牙适配盒漏液弄脏桌子,要求退款', '客服说蓝牙适配盒漏液不保修,太过分'] } },
  { name: 'one star by nearly all of the app for 16 h', rules: ['app-one-star-share'], alsoExplains: [...BY_CATEGORY, 'app-login-burst', 'retail-new-topic', 'service-sure-complaints'], items: 900, withinMs: 16 * HOUR_MS, of: 'one-star' },
];
