import type { Sentiment, Severity } from '../../core/score.ts';

/** Danger, law, money lost, abuse, an appeal to an authority, or the strongest words. */
export const SEVERE = /投诉|举报|12315|工商|消协|消费者协会|曝光|起诉|律师|报警|维权|法院|诈骗|骗子|骗钱|盗刷|被盗|盗号|泄露|食物中毒|中毒|进医院|住院|过敏|受伤|烫伤|割伤|起火|着火|冒烟|爆炸|自燃|漏电|触电|甲醛|拉肚子|上吐下泻|蟑螂|虫子|老鼠|苍蝇|刹车失灵|失灵|安全隐患|死人|要命|人命|骂人|辱骂|威胁|打人|骚扰|极差|恶心|无耻|黑店|黑心|丧尽天良|人渣|傻逼|sb|妈的|去死|滚|忍无可忍|天理|欺诈|霸王条款|强盗|抢钱|lawyer|lawsuit|\bsue\b|police|fraud|scam|scammed|stolen|hacked|food poisoning|poison|hospital|injur|burn(?:ed|t) (?:my|me)|caught fire|on fire|explod|electric shock|dangerous|unsafe|hazard|harass|threaten|abus|unacceptable|disgust|worst .{0,24}(?:ever|life)|horrible|horrendous|appalling|report(?:ed|ing)? (?:you|this|them) to|bbb\b|f+u+c+k|never (?:ever )?again|disgrace|criminal|outrageous|allergic/;

/** Words that make a complaint small. */
const MILD = /有点|有些|稍微|稍稍|略|一点点|一般|还行|还可以|还好|凑合|马马虎虎|勉强|不是很|不太|不够|小问题|美中不足|就是.{0,6}(?:慢|贵|小|少|薄|硬)|建议|希望|如果能|a bit|a little|slightly|somewhat|kind of|kinda|could be better|minor|not (?:the best|great|very|too|bad)|okay|\bok\b|decent|wish|would be nice|average|so-so|meh|only (?:complaint|downside|issue)/;

const EMPHASIS = /(?:太|真|非常|特别|超级|巨|极其|简直|完全|根本|一直|再也|从来没|最差|最烂|垃圾|坑|烂|差评|失望|气死|无语|terrible|awful|worst|garbage|trash|useless|ridiculous|waste|pathetic|never|absolutely|completely|extremely|!!)/;

/**
 * Weak rule: none without a negative judgement; severe by danger, law, money lost or abuse; mild when every strong
 * word is missing and a softening word stands there; moderate otherwise.
 */
export function labelSeverity(folded: string, sentiment: Sentiment): Severity {
  if (sentiment === 'positive') return 'none';
  const severe = SEVERE.test(folded);
  if (sentiment === 'neutral') return MILD.test(folded) && !severe ? 'mild' : 'none';
  if (severe) return 'severe';
  return MILD.test(folded) && !EMPHASIS.test(folded) ? 'mild' : 'moderate';
}
