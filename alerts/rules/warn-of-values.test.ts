import { describe, expect, it } from 'vitest';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import { parseRule } from './parse-rule.ts';
import { warnOfValues } from './warn-of-values.ts';

const rule = (where: string) => parseRule({ id: 'burst', title: { zh: '激增', en: 'Surge' }, kind: 'threshold', where, window: '1h', atLeast: 3 });

describe('a comparison with a value that no item has', () => {
  it.each([
    ['channel == "wechat"', 'compares channel with "wechat", which it never is; did you mean chat? It is one of app, mini-program,', 'channel 从不为 "wechat"，可用的值：app, mini-program,'],
    ['complaint && !("negativ" == sentiment)', 'compares sentiment with "negativ", which it never is; did you mean negative? It is one of negative, neutral, positive', '（是否想写 negative？）'],
    ['stars <= 2.0 || severity in ["severe", "critical"]', 'compares severity with "critical", which it never is. It is one of none, mild, moderate, severe', 'severity 从不为 "critical"，可用的值：none, mild, moderate, severe'],
    ['language != "cn"', 'compares language with "cn", which it never is', 'language 从不为 "cn"'],
    ['"logistic" in categories', 'looks for the category "logistic", which neither the model nor the taxonomy has; did you mean logistics? They have product.quality,', '模型和分类体系中都没有分类 "logistic"，已有：product.quality,'],
    ['"refund" in categories', 'did you mean after-sales.refund?', '（是否想写 after-sales.refund？）'],
    ['"退款" in categories', 'did you mean after-sales.refund?', '（是否想写 after-sales.refund？）'],
    ['"product" in categories', 'did you mean product.quality?', '（是否想写 product.quality？）'],
    ['categories.exists(c, c == "xyz")', 'looks for the category "xyz", which neither the model nor the taxonomy has. They', '模型和分类体系中都没有分类 "xyz"'],
    ['categories[0] == "app.crsh"', 'did you mean app.crash?', '（是否想写 app.crash？）'],
  ])('%s is told with what was meant, in both languages', (where, en, zh) => {
    const warnings = warnOfValues(rule(where));
    expect(warnings).toMatchObject([{ key: 'where', message: expect.stringContaining(en) as string }]);
    expect(faultInChinese(warnings[0]!.message)).toContain(zh);
  });

  it.each([
    'channel == "app" && sentiment != "positive" && severity in ["severe", "moderate"] && language == "zh"', '"logistics" in categories || categories.exists(c, c == "app.crash")',
    'region == "wechat" && "x" in tags && attributes.plan == "y" && customer.tier == "z"', 'text.contains("wechat") && text == "x"', 'tags.exists(channel_name, channel_name == "wechat")',
  ])('is not in %s', (where) => {
    expect(warnOfValues(rule(where))).toEqual([]);
  });

  it('is told once, and of what a share is of as well', () => {
    const share = parseRule({ id: 'rate', title: { zh: '占比', en: 'Share' }, kind: 'share', where: 'channel == "wx" || channel == "wx"', of: 'channel == "sms"', window: '1h', atLeast: '10%' });
    expect(warnOfValues(share).map(({ key }) => key)).toEqual(['where', 'of']);
  });

  it('is none with a category of the taxonomy', () => {
    expect(warnOfValues(rule('"packaging" in categories'), ['packaging'])).toEqual([]);
  });
});
