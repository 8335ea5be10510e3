import { describe, expect, it } from 'vitest';
import { kindOfNonAnswer } from './non-answers.ts';

describe('an answer that is none', () => {
  it.each([
    '无', '无。', '无，谢谢', '没了谢谢！', ' 没有 ', '沒有', '沒有意見', '没什么建议！', '暂无意见和建议', 'N/A', 'ＯＫ', 'n.a.', 'None', 'No comment.', "I don't know", 'OK', '哦…', '此用户没有填写评价。', '该用户未填写评价内容',
    '评价方未及时做出评价,系统默认好评!', '默认好评', '【图片】', '对方撤回了一条消息', '会话超时，已自动结束', 'Chat ended.',
  ])('says nothing: %s', (text) => {
    expect(kindOfNonAnswer(text)).toBe('nothing');
  });

  it.each(['转人工', '转人工！！！', '退貨', '申请退款', '怎么开发票', '催单', '忘记密码', '客服，谢谢', 'Refund', 'order status?', 'Opening hours'])('asks for something to be done: %s', (text) => {
    expect(kindOfNonAnswer(text)).toBe('request');
  });

  it.each([
    '', '。', '没有收到货', '没有人处理', '无法登录', '无语', '没用', '没反应', '没有意见才怪', '不行', 'no refund', 'nothing works', 'not ok', 'no one answers', 'human error', '转人工半天没人', '一般', '差', '好', '可以', '默认好评，其实很差', '无'.repeat(50),
    '投诉', '我要投诉', '物流慢', '退款呢', '催了三次单', '图片不符', '聊天记录都没了', '服务结束还要打分', 'chat ended without help', '怎么还不退款', 'refund denied', 'cancelled again',
  ])('is told from what may be a complaint or praise: %s', (text) => {
    expect(kindOfNonAnswer(text)).toBeNull();
  });
});
