import { describe, expect, it } from 'vitest';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import { likelyMeant } from './likely-meant.ts';
import { parseRule } from './parse-rule.ts';
import { warnOfValues } from './warn-of-values.ts';

const rule = (where: string) => parseRule({ id: 'burst', title: { zh: '激增', en: 'Surge' }, kind: 'threshold', where, window: '1h', atLeast: 3 });

describe('a comparison with a value that no item has', () => {
  it.each([
    ['channel == "wechat"', 'compares channel with "wechat", which it never is; did you mean mini-program? It is one of app, mini-program,', 'channel 从不为 "wechat"，可用的值：app, mini-program,'],
    ['complaint && !("negativ" == sentiment)', 'compares sentiment with "negativ", which it never is; did you mean negative? It is one of negative, neutral, positive', '（是否想写 negative？）'],
    ['stars <= 2.0 || severity in ["severe", "critical"]', 'compares severity with "critical", which it never is; did you mean severe? It is one of none, mild, moderate, severe', 'severity 从不为 "critical"，可用的值：none, mild, moderate, severe（是否想写 severe？）'],
    ['language != "cn"', 'compares language with "cn", which it never is', 'language 从不为 "cn"'],
    ['"logistic" in categories', 'looks for the category "logistic", which neither the model nor the taxonomy has; did you mean logistics? They have product.quality,', '模型和分类体系中都没有分类 "logistic"，已有：product.quality,'],
    ['"refund" in categories', 'did you mean after-sales.refund?', '（是否想写 after-sales.refund？）'],
    ['"退款" in categories', 'did you mean after-sales.refund?', '（是否想写 after-sales.refund？）'],
    ['"product" in categories', 'did you mean product.quality?', '（是否想写 product.quality？）'],
    ['categories.exists(c, c == "xyz")', 'looks for the category "xyz", which neither the model nor the taxonomy has. They', '模型和分类体系中都没有分类 "xyz"'],
    ['rating > 5.0', 'asks for rating > 5, which never holds. It is a whole number from 1 to 5', 'rating > 5 永不成立：rating 为 1 到 5 的整数'],
    ['6 <= rating', 'asks for rating >= 6, which never holds. It is', 'rating >= 6 永不成立'],
    ['stars < 1.0 && complaint', 'asks for stars < 1, which never holds. It is', 'stars < 1 永不成立'],
    ['nps == 11.0', 'compares nps with 11, which it never is. It is a whole number from 0 to 10', 'nps 从不为 11：应为 0 到 10 的整数'],
    ['rating in [1.0, 4.5]', 'compares rating with 4.5, which it never is. It is', 'rating 从不为 4.5'],
    ['complaintProbability >= 80.0', 'asks for complaintProbability >= 80, which never holds; did you mean 0.8? It is a number from 0 to 1', 'complaintProbability >= 80 永不成立：complaintProbability 为 0 到 1 的数（是否想写 0.8？）'],
    ['complaintProbability == 1.5', 'compares complaintProbability with 1.5, which it never is. It is a number', 'complaintProbability 从不为 1.5：应为 0 到 1 的数'],
    ['waitSeconds < -1.0', 'asks for waitSeconds < -1, which never holds. It is 0 or more', 'waitSeconds < -1 永不成立：waitSeconds 不小于 0'],
    ['waitSeconds == -1.0', 'compares waitSeconds with -1, which it never is. It is 0 or more', 'waitSeconds 从不为 -1：不小于 0'],
    ['categories[0] == "app.crsh"', 'did you mean app.crash?', '（是否想写 app.crash？）'],
  ])('%s is told with what was meant, in both languages', (where, en, zh) => {
    const warnings = warnOfValues(rule(where));
    expect(warnings).toMatchObject([{ key: 'where', message: expect.stringContaining(en) as string }]);
    expect(faultInChinese(warnings[0]!.message)).toContain(zh);
  });

  it.each([
    'channel == "app" && sentiment != "positive" && severity in ["severe", "moderate"] && language == "zh"', '"logistics" in categories || categories.exists(c, c == "app.crash")',
    'region == "wechat" && "x" in tags && attributes.plan == "y" && customer.tier == "z"', 'text.contains("wechat") && text == "x"',
    'rating >= 5.0 && rating <= 5.0 && stars < 1.5 && nps > 9.0 && nps == 0.0 && complaintProbability >= 1.0 && complaintProbability <= 0.0 && waitSeconds > 3600.0', 'attributes.rating > 99.0', 'tags.exists(channel_name, channel_name == "wechat")',
  ])('is not in %s', (where) => {
    expect(warnOfValues(rule(where))).toEqual([]);
  });

  it('is told once, and of what a share is of as well', () => {
    const share = parseRule({ id: 'rate', title: { zh: '占比', en: 'Share' }, kind: 'share', where: 'channel == "wx" || channel == "wx"', of: 'channel == "sms"', window: '1h', atLeast: '10%' });
    expect(warnOfValues(share).map(({ key }) => key)).toEqual(['where', 'of']);
  });

  it.each([
    ['channel', '微信', 'mini-program'], ['channel', 'WeChat Mini Program', 'mini-program'], ['channel', 'e-mail', 'email'], ['channel', 'taobao', 'store'], ['channel', '天猫', 'store'], ['channel', 'JD', 'store'],
    ['channel', 'weibo', 'social'], ['channel', '小红书', 'social'], ['channel', 'douyin', 'social'], ['channel', 'hotline', 'phone'], ['channel', 'ios', 'app'], ['channel', 'storre', 'store'], ['channel', 'xyzzy', null],
    ['language', 'zh-CN', 'zh'], ['sentiment', '负面', 'negative'], ['severity', 'high', 'severe'], ['alertSeverity', 'info', 'notice'], ['region', 'wechat', null],
  ])('%s %s is taken for %s', (field, written, meant) => {
    expect(likelyMeant(field, written)).toBe(meant);
  });

  it('is none with a category of the taxonomy', () => {
    expect(warnOfValues(rule('"packaging" in categories'), ['packaging'])).toEqual([]);
  });
});
