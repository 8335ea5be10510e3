import { CHANNELS } from '../../core/feedback.ts';
import type { Channel } from '../../core/feedback.ts';
import type { AlertSeverity } from '../../core/rule.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import type { Language, Sentiment, Severity } from '../../core/score.ts';
import { nearest } from './nearest.ts';

const ALERT_SEVERITIES = ['notice', 'warning', 'critical'] as const satisfies readonly AlertSeverity[];

/** Everyday names of values of closed lists, without spaces, hyphens and underlines. */
const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  'app': 'ios android iphone ipad mobile mobileapp mobilephone client 手机 手机端 客户端 应用 安卓 苹果',
  'mini-program': 'miniprogram miniapp miniprogramme weapp wechat weixin wx wechatminiprogram wechatapp wechatminiapp alipay 小程序 微信 微信小程序 支付宝 支付宝小程序',
  'web': 'website site browser h5 pc desktop www 网站 官网 网页 电脑端',
  'chat': 'livechat im webchat online onlinechat onlineservice wecom wxwork bot chatbot 在线客服 在线 客服 聊天 企业微信 企微 机器人',
  'phone': 'call calls tel telephone hotline callcenter callcentre voice 400 电话 热线 客服热线 呼叫中心 来电',
  'email': 'mail mails mailbox 邮件 邮箱 电子邮件',
  'social': 'socialmedia weibo douyin tiktok xiaohongshu rednote redbook kuaishou zhihu bilibili tieba twitter x facebook instagram officialaccount wechatofficialaccount 社交 社交媒体 社媒 微博 抖音 小红书 快手 知乎 哔哩哔哩 贴吧 公众号 微信公众号 朋友圈 视频号',
  'store': 'shop shops stores branch outlet retail mall marketplace ecommerce taobao tmall jd jingdong pinduoduo pdd amazon meituan dianping eleme 门店 店铺 实体店 网店 电商 商城 淘宝 天猫 京东 拼多多 美团 大众点评 饿了么',
  'survey': 'surveys questionnaire poll form 问卷 问卷调查 调研 调查 回访',
  'offline': 'counter onsite facetoface inperson paper 线下 现场 柜台 当面 意见箱',
  'api': 'openapi import integration webhook csv 接口 导入',
};
const SENTIMENT_WORDS: Readonly<Record<Sentiment, string>> = { negative: 'neg bad angry unhappy 负面 消极 差评 不满', neutral: 'neu mixed none 中性 中立 中评', positive: 'pos good happy 正面 积极 好评 满意' };
const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { none: 'no zero 无 无投诉', mild: 'low minor light slight 轻 轻度 轻微 低', moderate: 'medium middle normal 中 中度 中等', severe: 'high critical serious major heavy grave 重 重度 严重 高' };
const LANGUAGE_WORDS: Readonly<Record<Language, string>> = { zh: 'cn zhcn zhtw zhhans zhhant chinese mandarin 中文 汉语 简体中文', en: 'eng enus engb english 英文 英语', other: 'others unknown mixed 其他 其他语言' };
const ALERT_SEVERITY_WORDS: Readonly<Record<AlertSeverity, string>> = { notice: 'info information low minor p3 p4 提醒 提示 通知 低', warning: 'warn medium moderate major p2 警告 预警 中', critical: 'high severe fatal error emergency urgent page p0 p1 严重 紧急 致命 高' };

interface ClosedList {
  values: readonly string[];
  meant: ReadonlyMap<string, string>;
}

/** Texts of an item that are always one of a list, and the severity of an alert under `alertSeverity`. */
const CLOSED: Readonly<Record<string, ClosedList>> = {
  channel: closed(CHANNELS, CHANNEL_WORDS),
  sentiment: closed(SENTIMENTS, SENTIMENT_WORDS),
  severity: closed(SEVERITIES, SEVERITY_WORDS),
  language: closed(LANGUAGES, LANGUAGE_WORDS),
  alertSeverity: closed(ALERT_SEVERITIES, ALERT_SEVERITY_WORDS),
};

/** The values of a field; undefined where it may hold any. */
export function valuesOf(field: string): readonly string[] | undefined {
  return Object.hasOwn(CLOSED, field) ? CLOSED[field]?.values : undefined;
}

/** The value of a field's list that was most likely meant: by an everyday name for it in Chinese or English (wechat, 淘宝), else the one that is spelt nearly so; null where none is. */
export function likelyMeant(field: string, written: string): string | null {
  const list = Object.hasOwn(CLOSED, field) ? CLOSED[field] : undefined;
  return list === undefined ? null : list.meant.get(plain(written)) ?? nearest(written, list.values);
}

/** That a field never has the value, with the one that was most likely meant and all that it can have; `list`: whose values they are, where that is not the field's name. */
export function neverIs(field: string, written: string, list = field): string {
  const close = likelyMeant(list, written);
  return `compares ${field} with "${written}", which it never is${close === null ? '.' : `; did you mean ${close}?`} It is one of ${(valuesOf(list) ?? []).join(', ')}`;
}

function closed<Value extends string>(values: readonly Value[], words: Readonly<Record<Value, string>>): ClosedList {
  return { values, meant: new Map(values.flatMap((value) => [value, ...words[value].split(' ')].map((word): [string, string] => [plain(word), value]))) };
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[\s_.-]+/gu, '');
}
