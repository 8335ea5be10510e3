import type { ScoredItem } from '../../core/frame.ts';
import { SIMPLIFIED, TRADITIONAL } from '../../core/traditional.ts';

/** Words in Chinese and patterns in English that say one thing; docs/rules.md lists them. */
interface WordList {
  /** In simplified characters; texts are read in both. */
  zh: readonly string[];
  /** Parts of a regular expression between word boundaries. */
  en: readonly string[];
}

export const CONDITION_WORDS = {
  legalThreat: {
    zh: ['起诉', '法院', '律师', '12315', '12345', '消协', '消费者协会', '市监局', '市场监督', '工商局', '工商投诉', '诉讼', '仲裁', '法律途径', '法律责任', '维权', '假一赔三', '退一赔三', '报警', '黑猫投诉', '银保监', '工信部', '邮政管理局', '申诉'],
    en: ['lawyers?', 'attorney', 'lawsuit', 'sue', 'suing', 'legal action', 'small claims', 'consumer protection', 'trading standards', 'ombudsman', 'class action', 'chargeback', 'file a complaint with'],
  },
  mediaThreat: {
    zh: ['曝光', '爆光', '抖音', '微博', '小红书', '热搜', '记者', '媒体', '电视台', '发朋友圈', '发视频', '快手', '知乎', '315晚会', '上新闻', '网上公布', '发到网上'],
    en: ['going viral', 'go viral', 'journalist', 'reporter', 'the press', 'the media', 'news station', 'tiktok', 'post (?:this|it) (?:on|to) (?:twitter|facebook|instagram|reddit|social media|x)', 'expose you'],
  },
  safetyRisk: {
    zh: ['起火', '着火', '冒烟', '漏电', '触电', '爆炸', '受伤', '烫伤', '烧伤', '割伤', '划伤', '住院', '送医', '中毒', '过敏', '食物中毒', '拉肚子', '呕吐', '异物', '玻璃渣', '虫子', '蟑螂', '刹车失灵', '漏气', '鼓包', '短路', '有毒', '窒息', '骨折', '流血', '进医院', '进了医院', '去了医院', '急诊', '抢救', '昏迷', '晕倒', '休克', '电击'],
    en: ['caught fire', 'on fire', 'smoking', 'explod(?:e|ed|es|ing)', 'electric shock', 'electrocuted', 'burn(?:ed|t) (?:my|his|her|our)', 'injur(?:y|ed|ies)', 'hospital', 'poison(?:ed|ing)', 'allergic', 'choking', 'bleeding', 'short circuit', 'brakes? failed', 'overheat(?:ed|ing|s)', 'mold', 'food poisoning'],
  },
  privacyRisk: {
    zh: ['泄露', '泄漏个人', '隐私', '个人信息被', '信息被卖', '号被盗', '账户被盗', '帐户被盗', '被盗号', '盗号', '骚扰电话'],
    en: ['data breach', 'leaked my', 'my privacy', 'identity theft', 'account (?:was|got|has been) hacked', 'hacked'],
  },
  fraudRisk: {
    zh: ['诈骗', '骗子', '骗钱', '盗刷', '被骗', '假货', '假冒', '乱扣费', '乱扣钱', '重复扣款', '多扣', '私自扣费', '莫名扣费'],
    en: ['fraud(?:ulent)?', 'scam(?:med|mer|mers)?', 'counterfeit', 'unauthori[sz]ed (?:charge|payment|transaction)s?', 'charged (?:me )?twice', 'double charged'],
  },
} as const satisfies Record<string, WordList>;

export type WordCondition = keyof typeof CONDITION_WORDS;

/** Shortly before a word: it did not happen, or will not. */
const NEGATED_ZH = new RegExp(`(?:${['不', '没', '未', '无', '并非', '不会', '不用', '不必', '无需', '避免', '防止', '不是'].map(inBothScripts).join('|')})[^，。！？,.!?；;]{0,2}$`, 'u');
const NEGATED_EN = /\b(?:no|not|never|without|don't|didn't|won't|isn't|wasn't)\s+(?:\w+\s+)?$/iu;
const LOOK_BACK_CHARS = 24;

const patterns = new Map<WordCondition, RegExp>();

/** A pattern of a word in simplified characters, and of each of its traditional forms. */
function inBothScripts(word: string): string {
  return [...word].map((character) => {
    const forms = [...TRADITIONAL].filter((_, at) => SIMPLIFIED[at] === character);
    return forms.length === 0 ? character : `[${character}${forms.join('')}]`;
  }).join('');
}

function patternOf(name: WordCondition): RegExp {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    const { zh, en } = CONDITION_WORDS[name];
    patterns.set(name, (pattern = new RegExp(`(?:${zh.map(inBothScripts).join('|')})|\\b(?:${en.join('|')})\\b`, 'giu')));
  }
  return pattern;
}

/** True where the text has one of the words, and not only to deny it. Case is ignored; the patterns backtrack within a word only. */
export function meetsCondition(name: WordCondition, text: string): boolean {
  const pattern = patternOf(name);
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const before = text.slice(Math.max(0, match.index - LOOK_BACK_CHARS), match.index);
    if (!NEGATED_ZH.test(before) && !NEGATED_EN.test(before)) return true;
  }
  return false;
}

const VIP_TIER = /vip|钻|白金|铂金|黑金|黑卡|尊享|至尊|platinum|diamond|black|elite/iu;

/** True for a customer of one of the tiers that shops call their best ones. */
export function isVip({ item }: ScoredItem): boolean {
  return VIP_TIER.test(item.customer?.tier ?? '');
}
