import { describe, expect, it } from 'vitest';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import type { Matcher, MatchField, MatchOperator } from '../../core/operation.ts';
import { warnOfMatcher } from './warn-of-matcher.ts';

const matcher = (text: string): Matcher => {
  const [, field, operator, value] = /^(\w+)(=~|!~|!=|=)(.*)$/u.exec(text)!;
  return { field: field as MatchField, operator: operator as MatchOperator, value: value! };
};
const KNOWN = { categories: ['packaging'], rules: ['complaint-burst'] };

describe('a matcher that names what no alert has', () => {
  it.each([
    ['channel=wechat', 'compares channel with "wechat", which it never is; did you mean mini-program? It is one of app,', 'channel 从不为 "wechat"，可用的值：app,'],
    ['channel!=邮件', 'did you mean email?', '（是否想写 email？）'],
    ['severity=severe', 'compares severity with "severe", which it never is; did you mean critical? It is one of notice, warning, critical', 'severity 从不为 "severe"'],
    ['category=logistic', 'looks for the category "logistic", which neither the model nor the taxonomy has; did you mean logistics?', '没有分类 "logistic"'],
    ['language=cn', 'did you mean zh?', '（是否想写 zh？）'],
    ['channel=~wx.*|weixin', 'looks for channel by "wx.*|weixin", which fits none of them: app,', 'channel 没有符合 "wx.*|weixin" 的值，可用的值：app,'],
    ['rule=complaint-burts', 'names the rule "complaint-burts", which there is not; did you mean complaint-burst?', '没有名为 "complaint-burts" 的规则（是否想写 complaint-burst？）'],
  ])('%s is told with what was meant, in both languages', (text, en, zh) => {
    const message = warnOfMatcher(matcher(text), KNOWN);
    expect(message).toContain(en);
    expect(faultInChinese(message!)).toContain(zh);
  });

  it.each(['channel=app', 'severity!=notice', 'category=packaging', 'category=logistics', 'channel=', 'channel=~app|web', 'category!~after-sales.*', 'sentiment=negative', 'region=wechat', 'store=~x', 'rule=complaint-burst', 'rule=tocsin.lag', 'workspace=none'])('is not %s', (text) => {
    expect(warnOfMatcher(matcher(text), KNOWN)).toBeNull();
  });

  it('takes any rule for one where they are not known', () => {
    expect(warnOfMatcher(matcher('rule=x'), { categories: [] })).toBeNull();
  });
});
