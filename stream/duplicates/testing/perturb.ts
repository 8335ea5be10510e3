import { Converter } from 'opencc-js';
import type { Random } from './random.ts';

/** Ways in which a customer says the same thing again; each gives a changed text, or null where the text does not lend itself. */
export type Perturb = (text: string, random: Random) => string | null;

const HAN = /\p{Script=Han}/u;
const MARK = /[\p{P}\p{S}\s]/u;
const MARKS = ['，', '。', '！', '！！', '…', ' ', '~', '、', '?', '；'];
const EMOJI = ['😡', '🙏', '👍', '😭😭', '❤️', '👍🏻', '😤', '🤬🤬', '🎉', '[怒]', '(╯°□°)╯', '♡'];
const KNOWN_BEFORE = ['【app反馈】', '【在线客服】', '来自小程序：', '[App Feedback] ', '用户反馈：', '【客服转述】', '【电话转写】您好，'];
const KNOWN_AFTER = [' 来自小程序', '\n\n发自我的iPhone', '\nSent from my iPhone', '（来自APP）', '——来自网页版', '\n\nGet Outlook for iOS', '，谢谢', '，请尽快处理'];
/** Of no list in the product. */
const UNSEEN_BEFORE = ['【售后-二线】', '转：', '[ticket] ', 'CRM同步：', '顾客原话：', '[Zendesk] ', '（电话）'];
const UNSEEN_AFTER = [' #反馈', ' —— via 微博', '【完】', ' [end]', '（自动提交）', '\nSent using BlackBerry', ' (web)'];

const toTraditional = Converter({ from: 'cn', to: 'tw' });
const toSimplified = Converter({ from: 't', to: 'cn' });

/** Clauses with the marks that end them. */
export function clausesOf(text: string): string[] {
  return (text.match(/[^，。！？；,.!?;\n~…]+[，。！？；,.!?;\n~…\s]*/gu) ?? []).filter((clause) => [...clause].some((letter) => !MARK.test(letter)));
}

function typos(text: string, random: Random): string | null {
  const letters = [...text];
  const places = letters.flatMap((letter, at) => (MARK.test(letter) ? [] : [at]));
  if (places.length < 2) return null;
  const isHan = HAN.test(text);
  const wanted = Math.max(1, Math.min(4, Math.round(places.length / (isHan ? 20 : 30))));
  const alphabet = isHan ? '的了在是我不有得地做作象像再带戴那哪他她它个各很恨和合' : 'abcdefghijklmnopqrstuvwxyz';
  for (let slip = 0; slip < wanted; slip++) {
    const at = random.pick(places);
    switch (random.below(4)) {
      case 0:
        letters[at] = random.pick([...alphabet]);
        break;
      case 1:
        letters[at] = '';
        break;
      case 2:
        letters[at] = letters[at]! + letters[at]!;
        break;
      default: {
        const other = Math.min(at + 1, letters.length - 1);
        [letters[at], letters[other]] = [letters[other]!, letters[at]!];
      }
    }
  }
  return letters.join('');
}

function script(text: string): string | null {
  const traditional = toTraditional(text);
  if (traditional !== text) return traditional;
  const simplified = toSimplified(text);
  return simplified === text ? null : simplified;
}

function punctuation(text: string, random: Random): string {
  let changed = '';
  for (const letter of text) {
    if (/\p{P}/u.test(letter)) changed += random.unit() < 0.4 ? random.pick(MARKS) : random.unit() < 0.5 ? '' : letter;
    else changed += random.unit() < 0.04 && HAN.test(letter) ? letter + random.pick(MARKS) : letter;
  }
  return changed + random.pick(['', '！！！', '。', '...', '？？']);
}

function truncated(text: string, random: Random): string | null {
  const letters = [...text];
  return letters.length < 12 ? null : letters.slice(0, Math.ceil(letters.length * (0.55 + 0.35 * random.unit()))).join('');
}

function clauseDropped(text: string, random: Random): string | null {
  const clauses = clausesOf(text);
  if (clauses.length < 3) return null;
  const drop = random.below(clauses.length);
  return clauses.filter((_, at) => at !== drop).join('');
}

function reordered(text: string, random: Random): string | null {
  const clauses = clausesOf(text);
  if (clauses.length < 2) return null;
  const by = 1 + random.below(clauses.length - 1);
  return [...clauses.slice(by), ...clauses.slice(0, by)].join('');
}

function widthAndCase(text: string, random: Random): string | null {
  const upper = random.unit() < 0.5;
  const changed = [...text]
    .map((letter) => {
      const code = letter.charCodeAt(0);
      if (letter.length > 1 || code < 0x21 || code > 0x7e) return letter;
      return upper && random.unit() < 0.8 ? letter.toUpperCase() : String.fromCharCode(code + 0xfee0);
    })
    .join('');
  return changed === text ? null : changed;
}

function withEmoji(text: string, random: Random): string {
  const middle = random.below(text.length + 1);
  const isInPair = /[\udc00-\udfff]/.test(text.charAt(middle));
  const inside = isInPair ? text : text.slice(0, middle) + random.pick(EMOJI) + text.slice(middle);
  return inside + random.pick(EMOJI) + random.pick(['', ...EMOJI]);
}

function boilerplate(before: readonly string[], after: readonly string[]): Perturb {
  return (text, random) => {
    const where = random.below(3);
    return (where === 1 ? '' : random.pick(before)) + text + (where === 0 ? '' : random.pick(after));
  };
}

const SINGLE = {
  typos,
  script,
  punctuation,
  truncated,
  'clause-dropped': clauseDropped,
  reordered,
  'boilerplate-known': boilerplate(KNOWN_BEFORE, KNOWN_AFTER),
  'boilerplate-unseen': boilerplate(UNSEEN_BEFORE, UNSEEN_AFTER),
  'width-and-case': widthAndCase,
  emoji: withEmoji,
} satisfies Record<string, Perturb>;

/** Two different ways, one after the other. */
function combined(text: string, random: Random): string | null {
  const ways = Object.values(SINGLE);
  const first = random.below(ways.length);
  const second = (first + 1 + random.below(ways.length - 1)) % ways.length;
  const once = ways[first]!(text, random);
  return once === null ? null : ways[second]!(once, random);
}

export const PERTURBATIONS: Readonly<Record<string, Perturb>> = { ...SINGLE, combined };
