import { foldText } from './fold.ts';

/** What channels and mail programs put before or after a text. Compared folded: case, width, brackets and spaces do not matter. */
const BEFORE = [
  '【app反馈】', '【APP用户反馈】', '【意见反馈】', '【用户反馈】', '【用户投诉】', '【客户投诉】', '【投诉】', '【小程序反馈】', '【小程序留言】', '【公众号留言】', '【在线客服】',
  '【客服转述】', '【电话记录】', '【电话转写】', '【工单】', '【转人工】', '【门店反馈】', '【问卷】', '【追评】', '【追加评论】', '来自小程序', '来自微信小程序', '来自公众号', '来自APP', '来自网页',
  '客户来电反映', '客户来电反馈', '用户反馈', '客户反馈', '用户留言', '投诉内容', '反馈内容', '问题描述', '转人工', '您好', '你好',
  '[app feedback]', '[user feedback]', '[customer feedback]', '[web form]', '[chat transcript]', '[phone transcript]', '[survey]', '[forwarded]', 'Forwarded message', 'Feedback:', 'Message:', 'Customer wrote:',
];
const AFTER = [
  '来自小程序', '来自微信小程序', '来自公众号', '来自APP', '来自网页版', '来自网页', '来自安卓客户端', '来自iPhone客户端', '来自手机客户端', '发自我的iPhone', '发自我的iPad', '发自我的手机', '发自我的华为手机', '发自我的小米手机',
  '发自手机QQ邮箱', '发自QQ邮箱', '发自网易邮箱', '发自网易邮箱大师', '来自追评', '谢谢', '请尽快处理', '请尽快回复', '望尽快处理', '望回复',
  'Sent from my iPhone', 'Sent from my iPad', 'Sent from my Android', 'Sent from my phone', 'Sent from my Samsung Galaxy', 'Sent from Outlook', 'Get Outlook for iOS', 'Get Outlook for Android',
  'Sent via the app', 'Sent via web form', 'via mobile app', 'Thanks', 'Thank you', 'Best regards', 'Kind regards', 'Regards',
];

/** What is cut from one end is cut again at most this often: a mail may be forwarded from a form. */
const CUTS_MAX = 4;

/** Phrases by the letter at the outer end, longest first, and for the low bits of each such letter a 1: most texts end with none of them. */
interface ByEnd {
  phrases: Map<number, Uint16Array[]>;
  has: Uint8Array;
}

const HAS_MASK = 0x3ff;

/** Finds boilerplate at both ends of folded letters. */
export class Boilerplate {
  readonly #before = index(BEFORE, (letters) => letters[0]!);
  readonly #after = index(AFTER, (letters) => letters.at(-1)!);

  /** Where the text proper starts; `from` where nothing else is left. */
  start(letters: Uint16Array, from: number, to: number): number {
    const { phrases, has } = this.#before;
    let at = from;
    for (let cut = 0; cut < CUTS_MAX; cut++) {
      if (has[letters[at]! & HAS_MASK] === 0) break;
      const phrase = phrases.get(letters[at]!)?.find((one) => at + one.length < to && stands(one, letters, at));
      if (phrase === undefined) break;
      at += phrase.length;
    }
    return at;
  }

  /** Where the text proper ends, after its last letter; `to` where nothing else is left. */
  end(letters: Uint16Array, from: number, to: number): number {
    const { phrases, has } = this.#after;
    let at = to;
    for (let cut = 0; cut < CUTS_MAX; cut++) {
      if (has[letters[at - 1]! & HAS_MASK] === 0) break;
      const phrase = phrases.get(letters[at - 1]!)?.find((one) => at - one.length > from && stands(one, letters, at - one.length));
      if (phrase === undefined) break;
      at -= phrase.length;
    }
    return at;
  }
}

function index(phrases: readonly string[], endOf: (letters: Uint16Array) => number): ByEnd {
  const byEnd: ByEnd = { phrases: new Map(), has: new Uint8Array(HAS_MASK + 1) };
  for (const text of [...new Set(phrases.map(foldText))].sort((a, b) => b.length - a.length)) {
    const letters = Uint16Array.from(text, (letter) => letter.charCodeAt(0));
    const end = endOf(letters);
    byEnd.has[end & HAS_MASK] = 1;
    const others = byEnd.phrases.get(end);
    if (others === undefined) byEnd.phrases.set(end, [letters]);
    else others.push(letters);
  }
  return byEnd;
}

function stands(phrase: Uint16Array, letters: Uint16Array, at: number): boolean {
  for (let index = 0; index < phrase.length; index++) if (letters[at + index] !== phrase[index]) return false;
  return true;
}
