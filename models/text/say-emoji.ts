import { EMOJI_WORDS } from './emoji-words.ts';

const LETTER = /[\p{L}\p{N}]/u;
/** Alone these say nothing: people laugh at what is good and at what is bad, and 🙂 is kind to some and cold to others. */
const UNCLEAR: ReadonlySet<string> = new Set('😂🤣🙂🙃😅🔥😱😨😴🤔❓❗⚠⭐🌟🐢🐌💪🤡🤷');

/** Emoji that chat programs send as their names; those that are not here say nothing. */
const NAMED = /\[([\p{L}\p{N}]{1,6})\]/gu;
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries({
  生气: '怒 发怒 怒骂 咒骂 大怒', 气死: '抓狂 怒火 炸弹', 恶心: '吐 呕吐', 差: '弱 差劲 踩 NO', 伤心: '心碎 难过 悲伤 伤心', 哭: '流泪 大哭 快哭了 泪 泪奔 哭', 失望: '失望 叹气 衰', 无语: '鄙视 白眼 黑线 撇嘴 无语', 垃圾: '便便',
  赞: '强 赞 大拇指 good', 开心: '愉快 可爱 嘻嘻 开心 笑脸', 高兴: '呲牙 太开心 高兴 哈哈 笑哈哈', 喜欢: '爱心 爱你 色 亲亲 心', 棒: '鼓掌 胜利 给力', 谢谢: '玫瑰 鲜花 谢谢', 好: 'OK ok 好的',
}).flatMap(([words, names]) => names.split(' ').map((name) => [name, words] as const)));

/** What a text of marks and emoji says: its words, in Chinese, '' where it says nothing; and the emoji that say them. */
export interface SaidByEmoji {
  words: string;
  emoji: string[];
}

/** Null for a text with a letter or digit beside the names of emoji: that speaks for itself. */
export function sayEmoji(text: string): SaidByEmoji | null {
  if (LETTER.test(text.includes('[') ? text.replace(NAMED, '') : text)) return null;
  const saying = new Map<string, string>();
  const say = (words: string | undefined, emoji: string): void => {
    if (words !== undefined && !saying.has(words)) saying.set(words, emoji);
  };
  for (const [code, name] of text.matchAll(NAMED)) say(NAMES.get(name!), code);
  for (const each of text) if (!UNCLEAR.has(each)) say(EMOJI_WORDS[each]?.zh, each);
  return { words: [...saying.keys()].join('，'), emoji: [...saying.values()] };
}
