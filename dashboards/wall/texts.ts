import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { Language } from '../shared/language.ts';
import type { Sound } from './bell.ts';

/** Every sentence of the wall. Arguments are formatted already. */
export interface WallTexts {
  documentTitle: string;
  heading: string;
  workspace: (name: string) => string;
  /** What the button says of the sound, and what pressing it does. */
  sound: Record<Sound, string>;
  /** What stands on that button. */
  soundMark: Record<Sound, string>;
  dataAge: (age: string) => string;
  dataSlow: (age: string) => string;
  dataStale: (age: string) => string;
  dataNone: string;
  noAlerts: string;
  alertsUnknown: string;
  alertCount: (count: string) => string;
  alertsHeading: string;
  alertPage: (from: number, to: number, total: string) => string;
  moreAlerts: (count: string) => string;
  inWindow: (window: string) => string;
  ofThreshold: (count: string, threshold: string) => string;
  threshold: (value: string) => string;
  since: (moment: string, duration: string) => string;
  endsAt: (moment: string) => string;
  endsWhenOver: string;
  endsSoon: string;
  span: (from: string, to: string) => string;
  late: string;
  earlyHeading: string;
  earlyIn: (duration: string) => string;
  earlySoon: string;
  earlyMore: (count: string) => string;
  resolvedLabel: string;
  removedLabel: string;
  resolvedAfter: (duration: string) => string;
  peak: (count: string) => string;
  takeover: string;
  takeoverReturns: (seconds: string) => string;
  takeoverClose: string;
  takeoverMore: (count: string) => string;
  categoriesHeading: string;
  columnCategory: string;
  columnBar: string;
  column24h: string;
  column1h: string;
  column5m: string;
  restRow: (count: string) => string;
  categoriesNote: string;
  noCategories: string;
  totalsHeading: string;
  items24h: string;
  complaints24h: string;
  shareOfItems: (share: string) => string;
  sentimentHeading: string;
  negative: string;
  neutral: string;
  positive: string;
  minutesHeading: string;
  overHour: string;
  itemsPerMinute: string;
  complaintsPerMinute: string;
  lastMinute: string;
  chartSummary: (name: string, last: string, min: string, max: string) => string;
  minutesTable: string;
  columnTime: string;
  lowerBound: (reasons: string) => string;
  staleHeading: string;
  staleBody: (moment: string, age: string) => string;
  lost: (duration: string, retry: string) => string;
  lostRetrying: (duration: string) => string;
  connecting: string;
  notReady: string;
  connectingLong: (duration: string) => string;
  healthTrouble: (parts: string) => string;
  emptyHeading: string;
  emptyBody: string;
  emptyHint: string;
  spokenCounts: (items: string, complaints: string, alerts: string) => string;
  spokenOpened: (severity: string, what: string, counts: string) => string;
  spokenEscalated: (severity: string, what: string, counts: string) => string;
  spokenResolved: (what: string) => string;
}

const ZH: WallTexts = {
  documentTitle: 'Tocsin 监控大屏',
  heading: '客户反馈与投诉',
  workspace: (name) => `工作区 ${name}`,
  sound: { on: '告警提示音已开，点击静音', muted: '已静音，点击开启告警提示音', blocked: '浏览器尚未允许声音，点击开启告警提示音' },
  soundMark: { on: '有声', muted: '静音', blocked: '无声' },
  dataAge: (age) => `数据 ${age}前`,
  dataSlow: (age) => `数据变慢 ${age}前`,
  dataStale: (age) => `数据过期 ${age}前`,
  dataNone: '尚无数据',
  noAlerts: '无告警',
  alertsUnknown: '有无告警未知',
  alertCount: (count) => `${count} 个告警`,
  alertsHeading: '当前告警',
  alertPage: (from, to, total) => `第 ${from}–${to} 个，共 ${total} 个`,
  moreAlerts: (count) => `另有 ${count} 个告警未列出`,
  inWindow: (window) => `${window}内`,
  ofThreshold: (count, threshold) => `${count} 条，阈值 ${threshold}`,
  threshold: (value) => `阈值 ${value}`,
  since: (moment, duration) => `${moment} 起，已 ${duration}`,
  endsAt: (moment) => `若无新增，${moment} 自动恢复`,
  endsWhenOver: '恢复正常后自动结束',
  span: (from, to) => `${from} 起，预计 ${to} 恢复`,
  endsSoon: '若无新增，即将自动恢复',
  earlyHeading: '即将达到阈值',
  earlyIn: (duration) => `按当前速度约 ${duration}后`,
  earlySoon: '即将达到',
  earlyMore: (count) => `另有 ${count} 组`,
  late: '由迟到的反馈补足，当前计数可能已低于阈值',
  resolvedLabel: '已恢复',
  removedLabel: '规则已删除',
  resolvedAfter: (duration) => `持续 ${duration}`,
  peak: (count) => `最高 ${count}`,
  takeover: '新告警',
  takeoverReturns: (seconds) => `${seconds}后返回大屏`,
  takeoverClose: '返回大屏',
  takeoverMore: (count) => `另有 ${count} 个新告警，见大屏列表`,
  categoriesHeading: '各类投诉',
  columnCategory: '类别',
  columnBar: '24 小时投诉与阈值',
  column24h: '24 小时',
  column1h: '1 小时',
  column5m: '5 分钟',
  restRow: (count) => `另有 ${count} 类`,
  categoriesNote: '一条投诉可属多类',
  noCategories: '24 小时内没有投诉',
  totalsHeading: '24 小时总量',
  items24h: '24 小时反馈',
  complaints24h: '24 小时投诉',
  shareOfItems: (share) => `占 ${share}`,
  sentimentHeading: '24 小时情绪占比',
  negative: '负面',
  neutral: '中性',
  positive: '正面',
  minutesHeading: '最近 60 分钟',
  overHour: '最近 60 分钟',
  itemsPerMinute: '每分钟反馈',
  complaintsPerMinute: '每分钟投诉',
  lastMinute: '上一分钟',
  chartSummary: (name, last, min, max) => `折线图：${name}，最近 60 分钟。上一分钟 ${last}，最低 ${min}，最高 ${max}。`,
  minutesTable: '最近 60 分钟，每 5 分钟合计',
  columnTime: '截至',
  lowerBound: (reasons) => `数字为下限，实际可能更多：${reasons}`,
  staleHeading: '数据已过期',
  staleBody: (moment, age) => `数字停在 ${moment}（${age}前），请勿据此判断`,
  lost: (duration, retry) => `与服务器断开已 ${duration}，${retry}后重连`,
  lostRetrying: (duration) => `与服务器断开已 ${duration}，正在重连`,
  connecting: '正在连接服务器',
  notReady: '服务器尚未就绪',
  connectingLong: (duration) => `连接服务器已 ${duration}，仍无数据`,
  healthTrouble: (parts) => `组件异常：${parts}`,
  emptyHeading: '还没有反馈',
  emptyBody: '服务已就绪。发送第一条反馈，几毫秒后就会出现在这里：',
  emptyHint: '也可以运行 npm run demo 播放示例反馈。',
  spokenCounts: (items, complaints, alerts) => `24 小时反馈 ${items} 条，投诉 ${complaints} 条，${alerts}。`,
  spokenOpened: (severity, what, counts) => `告警（${severity}）：${what}。${counts}。`,
  spokenEscalated: (severity, what, counts) => `告警升级为${severity}：${what}。${counts}。`,
  spokenResolved: (what) => `告警已恢复：${what}。`,
};

const EN: WallTexts = {
  documentTitle: 'Tocsin wall',
  heading: 'Feedback and complaints',
  workspace: (name) => `Workspace ${name}`,
  sound: { on: 'Sound of alerts is on; press to mute', muted: 'Muted; press to hear alerts', blocked: 'The browser does not allow sound yet; press to hear alerts' },
  soundMark: { on: 'Sound', muted: 'Muted', blocked: 'Silent' },
  dataAge: (age) => `Data ${age} old`,
  dataSlow: (age) => `Data slow, ${age} old`,
  dataStale: (age) => `Data stale, ${age} old`,
  dataNone: 'No data yet',
  noAlerts: 'No alerts',
  alertsUnknown: 'Alerts unknown',
  alertCount: (count) => agreeInNumber(`${count} alerts`),
  alertsHeading: 'Open alerts',
  alertPage: (from, to, total) => `${from}–${to} of ${total}`,
  moreAlerts: (count) => `${count} more not listed`,
  inWindow: (window) => `in ${window}`,
  ofThreshold: (count, threshold) => `${count}, threshold ${threshold}`,
  threshold: (value) => `threshold ${value}`,
  since: (moment, duration) => `since ${moment}, for ${duration}`,
  endsAt: (moment) => `ends by itself at ${moment} if nothing more comes`,
  endsWhenOver: 'ends when all is as usual again',
  span: (from, to) => `since ${from}, ends at ${to}`,
  endsSoon: 'about to end by itself if nothing more comes',
  earlyHeading: 'On the way, at this rate',
  earlyIn: (duration) => `in about ${duration}`,
  earlySoon: 'very soon',
  earlyMore: (count) => `${count} more`,
  late: 'Completed by late feedback; the count may be below the threshold by now',
  resolvedLabel: 'Resolved',
  removedLabel: 'Rule removed',
  resolvedAfter: (duration) => `after ${duration}`,
  peak: (count) => `peak ${count}`,
  takeover: 'New alert',
  takeoverReturns: (seconds) => `Back to the wall in ${seconds}`,
  takeoverClose: 'Back to the wall',
  takeoverMore: (count) => agreeInNumber(`${count} more new alerts, listed on the wall`),
  categoriesHeading: 'Complaints by category',
  columnCategory: 'Category',
  columnBar: '24 h against the threshold',
  column24h: '24 h',
  column1h: '1 h',
  column5m: '5 min',
  restRow: (count) => agreeInNumber(`${count} more categories`),
  categoriesNote: 'a complaint can be in several',
  noCategories: 'No complaints in 24 h',
  totalsHeading: 'Totals over 24 h',
  items24h: 'Feedback, 24 h',
  complaints24h: 'Complaints, 24 h',
  shareOfItems: (share) => `${share} of all`,
  sentimentHeading: 'Sentiment, 24 h',
  negative: 'Negative',
  neutral: 'Neutral',
  positive: 'Positive',
  minutesHeading: 'Last 60 minutes',
  overHour: 'last 60 min',
  itemsPerMinute: 'Feedback per minute',
  complaintsPerMinute: 'Complaints per minute',
  lastMinute: 'last minute',
  chartSummary: (name, last, min, max) => `Line chart: ${name.toLowerCase()}, last 60 minutes. Last minute ${last}, lowest ${min}, highest ${max}.`,
  minutesTable: 'Last 60 minutes in sums of 5 minutes',
  columnTime: 'Until',
  lowerBound: (reasons) => `Numbers are lower bounds, the truth may be higher: ${reasons}`,
  staleHeading: 'STALE DATA',
  staleBody: (moment, age) => `The numbers stopped at ${moment} (${age} ago). Do not act on them.`,
  lost: (duration, retry) => `No connection to the server for ${duration}, trying again in ${retry}`,
  lostRetrying: (duration) => `No connection to the server for ${duration}, connecting`,
  connecting: 'Connecting to the server',
  notReady: 'The server is not ready yet',
  connectingLong: (duration) => `Connecting to the server for ${duration}, still no data`,
  healthTrouble: (parts) => `Not working: ${parts}`,
  emptyHeading: 'No feedback yet',
  emptyBody: 'The server is ready. Send the first feedback and it shows here within milliseconds:',
  emptyHint: 'Or play sample feedback with npm run demo.',
  spokenCounts: (items, complaints, alerts) => `Feedback in 24 hours ${items}, complaints ${complaints}, ${alerts.toLowerCase()}.`,
  spokenOpened: (severity, what, counts) => `${severity} alert: ${what}. ${counts}.`,
  spokenEscalated: (severity, what, counts) => `Alert is now ${severity.toLowerCase()}: ${what}. ${counts}.`,
  spokenResolved: (what) => `Alert resolved: ${what}.`,
};

export const WALL_TEXTS: Record<Language, WallTexts> = { zh: ZH, en: EN };
