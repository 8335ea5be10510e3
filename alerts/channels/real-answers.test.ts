import { afterEach, describe, expect, it } from 'vitest';
import { DELIVERY_FAULTS, type DeliveryFault } from '../../core/delivery-fault.ts';
import { egressTo } from '../egress/testing/egress-to.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { buildChannel } from './build-channel.ts';
import type { SendOutcome } from './channel.ts';
import { checkChannel } from './config/check-channel.ts';
import { faultAdvice } from './fault-advice.ts';
import { faultOf } from './fault-words.ts';
import { Secrets } from './secrets.ts';
import { answer, Receiver } from './testing/receiver.ts';
import type { Answer } from './testing/receiver.ts';
import { PAGES } from './testing/robot-pages.ts';
import { SmtpServer, type SmtpScript } from './testing/smtp-server.ts';

const CONFIGS: Record<string, object> = {
  dingtalk: { url: 'env:URL', secret: 'env:SIGNING' }, wecom: { url: 'env:URL' }, feishu: { url: 'env:URL', secret: 'env:SIGNING' }, slack: { url: 'env:URL' }, telegram: { token: 'env:KEY', chat: '1', url: 'env:ORIGIN' },
  pagerduty: { routingKey: 'env:KEY', url: 'env:URL' }, webhook: { url: 'env:URL' }, sms: { url: 'env:URL', to: ['13800000000'], success: '"Code":"OK"' },
};
const closers: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));
const told = new Set<DeliveryFault>();

async function send(config: object, env: Record<string, string>): Promise<SendOutcome> {
  const checked = checkChannel({ id: 'robot', ...config });
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  const channel = buildChannel(checked.channel, 'anything', {
    clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), secrets: new Secrets({ env, folder: '' }), sink: process.stderr, language: 'zh', times: new ZonedTime('UTC'),
  });
  return await channel.send(PAGES.opened, 'k', AbortSignal.timeout(30_000));
}

async function answered(kind: string, given: Answer, protocol: 'http' | 'https' = 'http'): Promise<SendOutcome> {
  const receiver = await Receiver.start([given], protocol);
  closers.push(() => receiver.stop());
  return await send({ kind, ...CONFIGS[kind] }, { URL: `${receiver.url}/send/k3y-0f-the-r0b0t-5f2c9d81`, ORIGIN: receiver.url, KEY: 'k3y-0f-the-r0b0t-5f2c9d81', SIGNING: 'SEC51gn1ng-5ecret' });
}

function expectFault(outcome: SendOutcome, fault: DeliveryFault, says: string | RegExp): void {
  expect(outcome.kind === 'retry' || outcome.kind === 'refused' ? outcome.why : outcome).toBe(fault);
  // What the receiver itself said stays beside the advice, for whoever looks it up.
  expect(outcome.detail).toMatch(says);
  told.add(fault);
}

const json = (body: object, status = 200): Answer => answer(status, JSON.stringify(body), { 'content-type': 'application/json' });
const slack = (status: number, body: string): Answer => answer(status, body, { 'content-type': 'text/plain' });
const telegram = (code: number, description: string, parameters?: object): Answer => json({ ok: false, error_code: code, description, ...(parameters === undefined ? {} : { parameters }) }, code);

/** Bodies as the services send them, by their documentation and by what clients of theirs have recorded (docs/channels.md says of which date). */
const ANSWERS: [kind: string, DeliveryFault, Answer, RegExp][] = [
  ['dingtalk', 'keyword-missing', json({ errcode: 310000, errmsg: 'keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]' }), /310000/u],
  ['dingtalk', 'keyword-missing', json({ errcode: 310000, errmsg: '错误描述:关键词不匹配;解决方案:请联系群管理员查看此机器人的关键词' }), /310000/u],
  ['dingtalk', 'bad-signature', json({ errcode: 310000, errmsg: 'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]' }), /310000/u],
  ['dingtalk', 'bad-signature', json({ errcode: 310000, errmsg: 'invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]' }), /310000/u],
  ['dingtalk', 'ip-not-allowed', json({ errcode: 310000, errmsg: 'ip 203.0.113.9 not in whitelist, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]' }), /310000/u],
  ['dingtalk', 'wrong-key', json({ errcode: 300001, errmsg: 'token is not exist' }), /300001/u],
  ['dingtalk', 'too-fast', json({ errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }), /130101/u],
  ['dingtalk', 'too-fast', json({ status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: '24ce64f68ff5dc054dca012fc3931165' }), /1111/u],
  ['dingtalk', 'robot-disabled', json({ errcode: 400102, errmsg: '机器人已停用' }), /400102/u],
  ['dingtalk', 'chat-gone', json({ errcode: 400013, errmsg: '群已被解散' }), /400013/u],
  ['dingtalk', 'unsafe-content', json({ errcode: 430101, errmsg: 'unsafe outer url' }), /430101/u],
  ['dingtalk', 'invalid-message', json({ errcode: 40035, errmsg: '缺少参数 json' }), /40035/u],
  ['wecom', 'wrong-key', json({ errcode: 93000, errmsg: 'invalid webhook url, hint: [1592021214_50_551fc8807c11f27ed0e6714d0c267ba4], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=93000' }), /93000/u],
  ['wecom', 'too-large', json({ errcode: 93000, errmsg: 'Invalid input : content exceed max length. invalid Request Parameter, hint: [1564552858_1_d7176fe91aaf622920a73574287222a5]' }), /93000/u],
  ['wecom', 'too-large', json({ errcode: 40058, errmsg: 'markdown.content exceed max length 4096. invalid Request Parameter' }), /40058/u],
  ['wecom', 'too-fast', json({ errcode: 45009, errmsg: 'api freq out of limit' }), /45009/u],
  ['wecom', 'busy', json({ errcode: -1, errmsg: 'system busy' }), /-1/u],
  ['feishu', 'bad-signature', json({ code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' }), /19021/u],
  ['feishu', 'ip-not-allowed', json({ code: 19022, msg: 'Ip Not Allowed' }), /19022/u],
  ['feishu', 'keyword-missing', json({ code: 19024, msg: 'Key Words Not Found' }), /19024/u],
  ['feishu', 'wrong-key', json({ code: 19001, msg: 'param invalid: incoming webhook access token invalid' }), /19001/u],
  ['feishu', 'too-fast', json({ code: 11232, data: {}, msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]' }), /11232/u],
  ['feishu', 'too-fast', json({ code: 9499, msg: 'too many request' }, 429), /9499/u],
  ['feishu', 'invalid-message', json({ code: 9499, msg: 'Bad Request', data: {} }), /9499/u],
  ['feishu', 'unknown-code', json({ code: 77777, msg: 'something new' }), /77777/u],
  ['slack', 'invalid-message', slack(400, 'invalid_payload'), /invalid_payload/u],
  ['slack', 'not-permitted', slack(403, 'action_prohibited'), /action_prohibited/u],
  ['slack', 'wrong-key', slack(404, 'no_service'), /no_service/u],
  ['slack', 'wrong-key', slack(404, 'no_active_hooks'), /no_active_hooks/u],
  ['slack', 'chat-gone', slack(410, 'channel_is_archived'), /channel_is_archived/u],
  ['slack', 'too-fast', answer(429, 'rate_limited', { 'retry-after': '7' }), /rate_limited/u],
  ['slack', 'busy', slack(500, 'rollup_error'), /rollup_error/u],
  ['telegram', 'too-fast', telegram(429, 'Too Many Requests: retry after 5', { retry_after: 5 }), /429/u],
  ['telegram', 'wrong-key', telegram(401, 'Unauthorized'), /401/u],
  ['telegram', 'chat-gone', telegram(403, 'Forbidden: bot was blocked by the user'), /403/u],
  ['telegram', 'chat-gone', telegram(400, 'Bad Request: chat not found'), /chat not found/u],
  ['telegram', 'not-permitted', telegram(400, 'Bad Request: not enough rights to send text messages to the chat'), /not enough rights/u],
  ['telegram', 'too-large', telegram(400, 'Bad Request: message is too long'), /too long/u],
  ['telegram', 'busy', telegram(502, 'Bad Gateway'), /502/u],
  ['pagerduty', 'wrong-key', json({ status: 'invalid event', message: 'Event object is invalid', errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"] }, 400), /routing_key/u],
  ['pagerduty', 'invalid-message', json({ status: 'invalid event', message: 'Event object is invalid', errors: ["'payload.severity' is invalid"] }, 400), /severity/u],
  ['pagerduty', 'too-fast', json({ status: 'throttle exceeded', message: 'Requests for this service are arriving too quickly.  Please retry later.' }, 429), /429/u],
  ['webhook', 'not-authorized', answer(401, 'who are you'), /401/u],
  ['webhook', 'wrong-address', answer(404, 'nothing here'), /404/u],
  ['webhook', 'too-large', answer(413, 'too large'), /413/u],
  ['webhook', 'too-fast', answer(429, '', { 'retry-after': '3' }), /429/u],
  ['webhook', 'busy', answer(500, 'broken'), /500/u],
  ['webhook', 'redirected', answer(302, '', { location: 'http://127.0.0.1:1/' }), /302/u],
  ['webhook', 'connection-reset', (response) => void response.socket?.destroy(), /reset/u],
  ['sms', 'not-confirmed', json({ Message: '触发小时级流控', Code: 'isv.BUSINESS_LIMIT_CONTROL' }), /BUSINESS_LIMIT_CONTROL/u],
  ['dingtalk', 'not-its-answer', answer(200, '<html>Please log in</html>'), /not what DingTalk answers/u],
];

const MAILS: [DeliveryFault, SmtpScript, RegExp][] = [
  ['login-refused', { auth: '535 5.7.8 Error: authentication failed' }, /535/u],
  ['recipient-refused', { rcpt: '550 5.1.1 User unknown in virtual mailbox table' }, /550/u],
  ['mail-delayed', { rcpt: '450 4.2.0 Greylisted, see http://postgrey.schweikert.ch/help/' }, /450/u],
  ['busy', { greeting: '421 4.7.0 Try again later, closing connection' }, /421/u],
  ['too-large', { body: '552 5.3.4 Message size exceeds fixed limit' }, /552/u],
  ['mail-refused', { body: '554 5.7.1 Message rejected as spam' }, /554/u],
];

describe('what a service answers', () => {
  it.each(ANSWERS)('%s: %s', async (kind, fault, given, says) => expectFault(await answered(kind, given), fault, says));

  it.each(MAILS)('mail: %s', async (fault, script, says) => {
    const smtp = await SmtpServer.start(script);
    closers.push(() => smtp.stop());
    const outcome = await send({ kind: 'email', to: ['duty@shop.example'], from: 'tocsin@shop.example', host: '127.0.0.1', port: smtp.port, tls: 'none', user: 'u1', password: 'env:KEY' }, { KEY: 'pa55word-0f-the-mailbox' });
    expectFault(outcome, fault, says);
  });

  it('over TLS with a certificate that nobody signed', async () => expectFault(await answered('webhook', answer(200), 'https'), 'tls-untrusted', /self-signed/u));
});

describe('advice', () => {
  it('is there for every fault in both languages, each in its own, and says what to do', () => {
    for (const fault of DELIVERY_FAULTS) {
      const advice = faultAdvice(fault);
      expect(advice?.zh, fault).toMatch(/\p{Script=Han}/u);
      // Names of settings and of the thing itself stay as they are written.
      expect(advice?.zh.replace(/TOCSIN_[A-Z_]+|NODE_[A-Z_]+|perMinute|secret|success|user|password|http(s)?|HTTP|TLS|DNS|SPF|DKIM|CA|IP|to|from/gu, ''), fault).not.toMatch(/[A-Za-z]{3,}/u);
      expect(advice?.en, fault).toMatch(/^[\x20-\x7e]+$/u);
      expect(advice!.en.length).toBeGreaterThan(40);
    }
    expect(faultAdvice('something-newer')).toBeUndefined();
    expect(faultAdvice('toString')).toBeUndefined();
  });

  it.each([
    ['ECONNREFUSED', 'connection-refused'], ['ENOTFOUND', 'unknown-host'], ['EHOSTUNREACH', 'unreachable'], ['CERT_HAS_EXPIRED', 'tls-expired'], ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-wrong-host'], ['EPROTO', 'tls-failed'],
    ['EPRIVATEADDRESS', 'private-address'], ['EMFILE', 'local-limit'], ['HPE_INVALID_CONSTANT', 'not-http'], ['ETIMEDOUT', 'no-answer'], ['ESTOPPED', 'stopped'], ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'], ['ENEWONE', 'connection-reset'],
  ] as const)('for a connection that ends with %s is that of %s', (code, fault) => {
    told.add(fault);
    expect(faultOf({ code })).toBe(fault);
  });

  it('is reached for each fault, but for those that are Tocsin’s own', () => {
    expect(DELIVERY_FAULTS.filter((fault) => !told.has(fault))).toEqual(['template-failed', 'defect']);
  });
});
