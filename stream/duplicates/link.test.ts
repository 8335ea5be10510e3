import { describe, expect, it } from 'vitest';
import type { FeedbackItem } from '../../core/feedback.ts';
import type { DuplicateConfig } from './config.ts';
import { link, numbersOf } from './link.ts';
import type { Link } from './link.ts';
import { createDuplicateState, takeNotices } from './state.ts';
import type { DuplicateState } from './state.ts';
import { makeItem } from './testing/measure-links.ts';

const START_MS = Date.UTC(2026, 2, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TEXT = '耳机用了三天左边就没有声音了，客服一直不回复';

/** Sends items one after the other; ids are 1, 2, 3 … */
class Sender {
  readonly state: DuplicateState;
  nowMs = START_MS;
  #sent = 0;

  constructor(config: Partial<DuplicateConfig> = {}) {
    this.state = createDuplicateState(config);
  }

  send(given: Partial<FeedbackItem>, afterMs = MINUTE_MS): Link {
    this.nowMs += afterMs;
    this.#sent++;
    return link(this.state, makeItem({ id: String(this.#sent), createdAtMs: this.nowMs, ...given }), this.nowMs);
  }

  /** What links a second text of one customer gives. */
  static pair(first: Partial<FeedbackItem>, second: Partial<FeedbackItem>, afterMs = MINUTE_MS): Link {
    const sender = new Sender();
    const customer = { id: 'c1' };
    sender.send({ customer, ...first });
    return sender.send({ customer, ...second }, afterMs);
  }
}

const ORIGINAL = { kind: 'original' };
const REPEAT = { kind: 'repeat', of: '1' };

describe('a customer who says the same again', () => {
  it.each([
    ['word for word', TEXT, TEXT],
    ['in traditional characters', TEXT, '耳機用了三天左邊就沒有聲音了，客服一直不回覆'],
    ['with other marks, spaces and emoji', TEXT, '耳机用了三天 左边就没有声音了！！😡客服一直不回复……'],
    ['in full width and capitals', 'The app crashed 3 times today', 'ＴＨＥ ＡＰＰ ＣＲＡＳＨＥＤ 3 TIMES TODAY'],
    ['behind a form\'s label', TEXT, `【app反馈】${TEXT}`],
    ['from a telephone\'s mail program', 'The app crashed 3 times today', 'The app crashed 3 times today\n\nSent from my iPhone'],
    ['with a slip', TEXT, '耳机用了三天左边就没有生音了，客服一直不回复'],
    ['shortened', TEXT, '耳机用了三天左边就没有声音了'],
    ['with its clauses turned round', TEXT, '客服一直不回复，耳机用了三天左边就没有声音了'],
  ])('is linked to the first time: %s', (_, first, second) => {
    expect(Sender.pair({ text: first, channel: 'app' }, { text: second, channel: 'email' })).toEqual(REPEAT);
  });

  it.each([
    ['another complaint', { text: TEXT }, { text: '物流太慢了，等了十天还没有收到，包装也破了' }],
    ['the same words with another order number in them', { text: '订单20260101还没有发货，催了三次' }, { text: '订单20260388还没有发货，催了三次' }],
    ['the same words for another order', { text: TEXT, order: 'A1' }, { text: TEXT, order: 'A2' }],
    ['the same words for another product', { text: TEXT, product: '蓝牙耳机' }, { text: TEXT, product: '有线耳机' }],
    ['two words with another in each', { text: '差评' }, { text: '好评' }],
    ['a frame around another complaint', { text: '我是老客户了，屏幕碎了，希望尽快处理' }, { text: '我是老客户了，发错颜色，希望尽快处理' }],
    ['the same in another workspace', { text: TEXT }, { text: TEXT, workspace: 'other' }],
    ['the same from somebody else', { text: TEXT }, { text: TEXT, customer: { id: 'c2' } }],
  ])('is not linked: %s', (_, first, second) => {
    expect(Sender.pair(first, second)).toEqual(ORIGINAL);
  });

  it('is linked within the horizon after the first and not beyond', () => {
    expect(Sender.pair({ text: TEXT }, { text: TEXT }, 72 * HOUR_MS)).toEqual(REPEAT);
    expect(Sender.pair({ text: TEXT }, { text: TEXT }, 72 * HOUR_MS + 1)).toEqual(ORIGINAL);
    const sender = new Sender();
    const customer = { id: 'c1' };
    expect([0, 40, 40, 1].map((hours) => sender.send({ text: TEXT, customer }, hours * HOUR_MS).kind)).toEqual(['original', 'repeat', 'original', 'repeat']);
  });

  it('keeps what was written months apart apart, however close together it is imported', () => {
    const earlier = START_MS - 90 * 24 * HOUR_MS;
    expect(Sender.pair({ text: TEXT, createdAtMs: earlier }, { text: TEXT })).toEqual(ORIGINAL);
    expect(Sender.pair({ text: TEXT, createdAtMs: earlier }, { text: TEXT, createdAtMs: earlier + HOUR_MS })).toEqual(REPEAT);
  });

  it('is linked after two words only where they are equal and soon after', () => {
    expect(Sender.pair({ text: '差评' }, { text: '差 评！' }, HOUR_MS)).toEqual(REPEAT);
    expect(Sender.pair({ text: '差评' }, { text: '差评' }, HOUR_MS + 1_000)).toEqual(ORIGINAL);
    expect(Sender.pair({ text: '差评' }, { text: '差评了' })).toEqual(ORIGINAL);
  });

  it('is linked after emoji alone only where they are the same ones', () => {
    expect(Sender.pair({ text: '😡😡' }, { text: '😡😡' })).toEqual(REPEAT);
    expect(Sender.pair({ text: '😡😡' }, { text: '👍👍' })).toEqual(ORIGINAL);
  });

  it('is known by id or by telephone, whichever both items name', () => {
    const byId = { id: 'c1' };
    const byPhone = { phoneHash: 'p1' };
    const both = { id: 'c1', phoneHash: 'p1' };
    for (const [first, second] of [[byPhone, byPhone], [both, byPhone], [byPhone, both], [both, byId], [byId, both]]) {
      expect(Sender.pair({ text: TEXT, customer: first! }, { text: TEXT, customer: second! })).toEqual(REPEAT);
    }
    expect(Sender.pair({ text: TEXT, customer: byId }, { text: TEXT, customer: byPhone })).toEqual(ORIGINAL);
    expect(Sender.pair({ text: TEXT, customer: { id: 'p1' } }, { text: TEXT, customer: byPhone })).toEqual(ORIGINAL);
  });

  it('is compared with the latest few of the customer\'s texts', () => {
    const other = (at: number): string => `${'坏慢烂退换修等催漏裂'.charAt(at).repeat(3)}第${'甲乙丙丁戊己庚辛壬癸'.charAt(at)}件事情完全不一样${at}`;
    for (const [between, expected] of [[7, REPEAT], [8, ORIGINAL]] as const) {
      const sender = new Sender();
      const customer = { id: 'c1' };
      sender.send({ text: TEXT, customer });
      for (let at = 0; at < between; at++) expect(sender.send({ text: other(at), customer, order: `o${at}` })).toEqual(ORIGINAL);
      expect(sender.send({ text: TEXT, customer })).toEqual(expected);
    }
  });

  it('keeps ids of any letters', () => {
    const sender = new Sender();
    const customer = { id: 'c1' };
    sender.send({ id: '工单-甲/ü', text: TEXT, customer });
    expect(sender.send({ text: TEXT, customer })).toEqual({ kind: 'repeat', of: '工单-甲/ü' });
  });
});

describe('items that name no customer', () => {
  it('are linked where text and order, or text and ticket, are equal', () => {
    const nobody = (first: Partial<FeedbackItem>, second: Partial<FeedbackItem>): Link => {
      const sender = new Sender();
      sender.send(first);
      return sender.send(second);
    };
    expect(nobody({ text: TEXT, order: 'o1' }, { text: `【投诉】${TEXT}！`, order: 'o1' })).toEqual(REPEAT);
    expect(nobody({ text: TEXT, ticket: 't1' }, { text: TEXT, ticket: 't1' })).toEqual(REPEAT);
    expect(nobody({ text: TEXT, order: 'o1', ticket: 't1' }, { text: TEXT, ticket: 't1' })).toEqual(REPEAT);
    expect(nobody({ text: TEXT }, { text: TEXT })).toEqual(ORIGINAL);
    expect(nobody({ text: TEXT, order: 'o1' }, { text: TEXT, order: 'o2', ticket: 't1' })).toEqual(ORIGINAL);
    expect(nobody({ text: TEXT, order: 'o1' }, { text: `${TEXT}了`, order: 'o1' })).toEqual(ORIGINAL);
    expect(nobody({ text: '没有声音', order: 'o1' }, { text: '没有声音', order: 'o1' })).toEqual(ORIGINAL);
  });
});

describe('a text that many customers send', () => {
  const COPY = '抵制涨价！会员费说涨就涨，要求平台公开道歉并且退还差价';

  it('is a campaign from the fifth customer on, with items, customers and texts', () => {
    const sender = new Sender();
    const found = Array.from({ length: 7 }, (_, at) => sender.send({ text: at % 2 === 0 ? COPY : `${COPY}！！转发`, customer: { id: `c${at}` } }));
    expect(found.slice(0, 4)).toEqual([ORIGINAL, ORIGINAL, ORIGINAL, ORIGINAL]);
    expect(found[4]).toEqual({ kind: 'campaign', of: '1', items: 5, customers: 5, texts: 2, exact: true });
    expect(found[6]).toEqual({ kind: 'campaign', of: '1', items: 7, customers: 7, texts: 2, exact: true });
    expect(sender.send({ text: COPY, customer: { id: 'c3' } })).toEqual({ kind: 'repeat', of: '4' });
    expect(sender.send({ text: COPY })).toEqual({ kind: 'campaign', of: '1', items: 8, customers: 7, texts: 2, exact: true });
    const firstAtMs = START_MS + MINUTE_MS;
    const [group, ...others] = sender.state.campaigns.all();
    expect(others).toEqual([]);
    expect(group).toMatchObject({ workspace: 'default', firstId: '1', confirmed: true, firstAtMs, lastAtMs: firstAtMs + 8 * MINUTE_MS });
    expect(numbersOf(group!)).toEqual({ items: 8, customers: 7, texts: 2, exact: true });
  });

  it('is none where its customers come more slowly than the horizon allows', () => {
    const sender = new Sender();
    const found = Array.from({ length: 12 }, (_, at) => sender.send({ text: COPY, customer: { id: `c${at}` } }, 20 * HOUR_MS));
    expect(found.every(({ kind }) => kind === 'original')).toBe(true);
  });

  it('ends with a horizon of silence', () => {
    const sender = new Sender();
    for (let at = 0; at < 6; at++) sender.send({ text: COPY, customer: { id: `c${at}` } });
    expect(sender.send({ text: COPY, customer: { id: 'd0' } }, 73 * HOUR_MS)).toEqual(ORIGINAL);
  });

  it('is none where it is short, comes from one customer, or from nobody that is named', () => {
    const sender = new Sender();
    for (let at = 0; at < 8; at++) expect(sender.send({ text: '发货太慢了差评', customer: { id: `c${at}` } }).kind).toBe('original');
    for (let at = 0; at < 8; at++) expect(sender.send({ text: COPY, customer: { id: 'c1' }, order: `o${at}` }).kind).toBe('original');
    for (let at = 0; at < 8; at++) expect(sender.send({ text: `${COPY}呀` }).kind).toBe('original');
  });

  it('is a workspace\'s own', () => {
    const sender = new Sender();
    for (let at = 0; at < 8; at++) expect(sender.send({ text: COPY, customer: { id: `c${at}` }, workspace: `w${at % 2}` }).kind).toBe('original');
    expect(sender.send({ text: COPY, customer: { id: 'c9' }, workspace: 'w0' }).kind).toBe('campaign');
  });

  it('gives lower bounds once there are more members than the limit, and says so once', () => {
    const sender = new Sender({ campaignMembersMax: 8 });
    const found = Array.from({ length: 12 }, (_, at) => sender.send({ text: COPY, customer: { id: `c${at}` } }));
    expect(found[11]).toEqual({ kind: 'campaign', of: '1', items: 12, customers: 7, texts: 1, exact: false });
    expect(takeNotices(sender.state)).toEqual([{ kind: 'campaign-members-over-limit', campaignMembersMax: 8 }]);
    expect(takeNotices(sender.state)).toEqual([]);
  });
});
