import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { Language } from '../shared/language.ts';

/** Every sentence of the console. Arguments are formatted already. */
export interface ConsoleTexts {
  documentTitle: string;
  heading: string;
  links: string;
  apiDescription: string;
  metrics: string;
  readiness: string;
  ready: string;
  /** `parts`: those that do not work; empty where that is not known. */
  notReady: (parts: string) => string;
  unreachable: string;
  checking: string;
  operatorName: string;
  serverToken: string;
  openAlerts: string;
  recentAlerts: string;
  noOpenAlerts: string;
  alertsUnknown: string;
  noRecentAlerts: string;
  alertSeverity: string;
  alertWhat: string;
  alertCount: string;
  alertPeak: string;
  alertOpened: string;
  alertEnds: string;
  alertResolved: string;
  alertHandling: string;
  alertUnhandled: string;
  early: string;
  noEarly: string;
  earlyCount: string;
  earlyAt: string;
  earlyAbout: (moment: string) => string;
  inWindow: (window: string) => string;
  updated: (moment: string) => string;
  failed: (reason: string) => string;
  feedback: string;
  searchText: string;
  searchCategory: string;
  searchSentiment: string;
  searchChannel: string;
  searchFrom: string;
  searchTo: string;
  any: string;
  search: string;
  more: string;
  noFeedback: string;
  shownAll: (count: number) => string;
  shownSome: (count: number) => string;
  shownMost: (count: number) => string;
  exportAll: string;
  feedbackTime: string;
  feedbackText: string;
  /** `chars`: how long it is. */
  wholeText: (chars: number) => string;
  shutText: string;
  feedbackChannel: string;
  feedbackSentiment: string;
  feedbackCategories: string;
  complaint: string;
  channels: string;
  channelId: string;
  channelKind: string;
  channelFallback: string;
  channelTest: string;
  channelSendTest: string;
  channelNamedOnly: string;
  channelRemove: string;
  channelRemoveSure: string;
  rules: string;
  noRules: string;
  rule: string;
  ruleKind: string;
  ruleKinds: Record<string, string>;
  ruleTry: string;
  ruleTrying: string;
  ruleTried: (said: { items: string; alerts: string; pagesPerWeek: string; mostAlertsInOneHour: string; longestOpen: string | null }) => string;
  ruleNew: string;
  ruleSwitchOn: string;
  ruleIsOn: string;
  ruleWarning: string;
  ruleYaml: string;
  silences: string;
  silenceWhat: string;
  silenceReason: string;
  silenceBy: string;
  silenceUntil: string;
  silenceFrom: (moment: string) => string;
  silenceEnd: string;
  letters: string;
  noLetters: string;
  letterTime: string;
  letterWhat: string;
  letterReason: string;
  letterReplay: string;
  letterOfPage: (channel: string) => string;
  letterOfStage: (stage: string) => string;
}

const ZH: ConsoleTexts = {
  documentTitle: 'Tocsin 控制台',
  heading: '控制台',
  links: '页面与接口',
  apiDescription: '接口说明（OpenAPI）',
  metrics: '运行指标',
  readiness: '就绪状态',
  ready: '就绪',
  notReady: (parts) => (parts === '' ? '未就绪' : `未就绪：${parts}`),
  unreachable: '无法连接服务器',
  checking: '正在查询',
  operatorName: '姓名或工号',
  serverToken: '服务器要求访问令牌：填写后请再按一次',
  openAlerts: '当前告警',
  recentAlerts: '最近恢复的告警',
  noOpenAlerts: '没有未恢复的告警。',
  alertsUnknown: '服务器未完全就绪，现在无法确定有没有告警。',
  noRecentAlerts: '还没有恢复过的告警。',
  alertSeverity: '级别',
  alertWhat: '告警',
  alertCount: '当前 / 阈值',
  alertPeak: '最高 / 阈值',
  alertOpened: '开始',
  alertEnds: '最早自动恢复',
  alertResolved: '恢复',
  alertHandling: '处理',
  alertUnhandled: '无人处理',
  early: '即将达到阈值',
  noEarly: '目前没有接近阈值的分组。',
  earlyCount: '当前 / 阈值',
  earlyAt: '按当前速度',
  earlyAbout: (moment) => `约 ${moment}`,
  inWindow: (window) => `${window}内`,
  updated: (moment) => `更新于 ${moment}`,
  failed: (reason) => `读取失败：${reason}`,
  feedback: '反馈检索',
  searchText: '文本包含',
  searchCategory: '类别',
  searchSentiment: '情绪',
  searchChannel: '渠道',
  searchFrom: '开始时间',
  searchTo: '结束时间',
  any: '不限',
  search: '检索',
  more: '更多',
  noFeedback: '没有符合条件的反馈。',
  shownAll: (count) => `共 ${count} 条，已全部列出。`,
  shownSome: (count) => `已列出最新的 ${count} 条，还有更多。`,
  shownMost: (count) => `已列出最新的 ${count} 条，页面不再列出更多；请缩小范围，或下载全部。`,
  exportAll: '下载全部（CSV）',
  feedbackTime: '时间',
  feedbackText: '内容',
  wholeText: (chars) => `全文（${chars} 字）`,
  shutText: '收起',
  feedbackChannel: '渠道',
  feedbackSentiment: '情绪',
  feedbackCategories: '类别',
  complaint: '投诉',
  channels: '通知渠道',
  channelId: '渠道',
  channelKind: '类型',
  channelFallback: '备用渠道',
  channelTest: '测试',
  channelSendTest: '发送测试',
  channelNamedOnly: '仅规则点名时',
  channelRemove: '删除',
  channelRemoveSure: '确认删除？',
  rules: '规则',
  noRules: '没有规则',
  rule: '规则',
  ruleKind: '类型',
  ruleKinds: { threshold: '数量', share: '占比', spike: '突增', newTopic: '新话题', absence: '静默', severe: '单条即告警', composite: '组合' },
  ruleTry: '试算最近 30 天',
  ruleTrying: '正在试算…',
  ruleTried: ({ items, alerts, pagesPerWeek, mostAlertsInOneHour, longestOpen }) => `${items} 条反馈中会有 ${alerts} 次告警，每周 ${pagesPerWeek} 次通知，一小时内最多 ${mostAlertsInOneHour} 次告警${longestOpen === null ? '' : `，最长持续 ${longestOpen}`}`,
  ruleNew: '试算一条新规则（试算不会启用它）',
  ruleSwitchOn: '启用这条规则',
  ruleIsOn: '已启用，从现在起生效',
  ruleWarning: '提醒：',
  ruleYaml: '规则（YAML，写法与规则文件相同）',
  silences: '静默',
  silenceWhat: '静默的分组',
  silenceReason: '原因',
  silenceBy: '操作人',
  silenceUntil: '结束',
  silenceFrom: (moment) => `${moment} 起`,
  silenceEnd: '结束静默',
  letters: '死信',
  noLetters: '没有未送达的通知，也没有无法处理的反馈。',
  letterTime: '时间',
  letterWhat: '内容',
  letterReason: '原因',
  letterReplay: '重试',
  letterOfPage: (channel) => `通知 · 渠道 ${channel}`,
  letterOfStage: (stage) => `处理环节 ${stage}`,
};

const EN: ConsoleTexts = {
  documentTitle: 'Tocsin console',
  heading: 'Console',
  links: 'Pages and interfaces',
  apiDescription: 'API description (OpenAPI)',
  metrics: 'Metrics',
  readiness: 'Readiness',
  ready: 'Ready',
  notReady: (parts) => (parts === '' ? 'Not ready' : `Not ready: ${parts}`),
  unreachable: 'The server cannot be reached',
  checking: 'Asking',
  operatorName: 'Who you are (name or id)',
  serverToken: 'The server wants its token: fill it in and press again',
  openAlerts: 'Open alerts',
  recentAlerts: 'Recently resolved',
  noOpenAlerts: 'No alert is open.',
  alertsUnknown: 'The server is not fully ready: whether an alert is open cannot be told now.',
  noRecentAlerts: 'No alert has been resolved yet.',
  alertSeverity: 'Severity',
  alertWhat: 'Alert',
  alertCount: 'Now / threshold',
  alertPeak: 'Peak / threshold',
  alertOpened: 'Opened',
  alertEnds: 'Ends at the earliest',
  alertResolved: 'Resolved',
  alertHandling: 'In hand',
  alertUnhandled: 'nobody has it',
  early: 'On the way',
  noEarly: 'No group is near its threshold.',
  earlyCount: 'Now / threshold',
  earlyAt: 'At this rate',
  earlyAbout: (moment) => `about ${moment}`,
  inWindow: (window) => `in ${window}`,
  updated: (moment) => `As of ${moment}`,
  failed: (reason) => `Could not be read: ${reason}`,
  feedback: 'Search feedback',
  searchText: 'Text contains',
  searchCategory: 'Category',
  searchSentiment: 'Sentiment',
  searchChannel: 'Channel',
  searchFrom: 'From',
  searchTo: 'To',
  any: 'Any',
  search: 'Search',
  more: 'More',
  noFeedback: 'No feedback matches.',
  shownAll: (count) => `${count} in all, all listed.`,
  shownSome: (count) => `The newest ${count} are listed; there are more.`,
  shownMost: (count) => `The newest ${count} are listed and this page lists no more: narrow the search, or download all.`,
  exportAll: 'Download all (CSV)',
  feedbackTime: 'Time',
  feedbackText: 'Text',
  wholeText: (chars) => `All ${chars} characters`,
  shutText: 'Less',
  feedbackChannel: 'Channel',
  feedbackSentiment: 'Sentiment',
  feedbackCategories: 'Categories',
  complaint: 'Complaint',
  channels: 'Channels',
  channelId: 'Channel',
  channelKind: 'Kind',
  channelFallback: 'Second channel',
  channelTest: 'Test',
  channelSendTest: 'Send a test',
  channelNamedOnly: 'only where a rule names it',
  channelRemove: 'Remove',
  channelRemoveSure: 'Really remove?',
  rules: 'Rules',
  noRules: 'There are no rules.',
  rule: 'Rule',
  ruleKind: 'Kind',
  ruleKinds: { threshold: 'count', share: 'share', spike: 'spike', newTopic: 'new topic', absence: 'silence', severe: 'one is enough', composite: 'composite' },
  ruleTry: 'Try on the last 30 days',
  ruleTrying: 'Trying …',
  ruleTried: ({ items, alerts, pagesPerWeek, mostAlertsInOneHour, longestOpen }) => agreeInNumber(`${alerts} alerts in ${items} items, ${pagesPerWeek} pages a week, at most ${mostAlertsInOneHour} within an hour${longestOpen === null ? '' : `, the longest open for ${longestOpen}`}`),
  ruleNew: 'Try a new rule (trying does not switch it on)',
  ruleSwitchOn: 'Switch it on',
  ruleIsOn: 'It is switched on, from now on',
  ruleWarning: 'Warning:',
  ruleYaml: 'Rule (YAML, as in a rule file)',
  silences: 'Silences',
  silenceWhat: 'Silenced group',
  silenceReason: 'Reason',
  silenceBy: 'By',
  silenceUntil: 'Until',
  silenceFrom: (moment) => `from ${moment}`,
  silenceEnd: 'End the silence',
  letters: 'Dead letters',
  noLetters: 'No page was lost, and no feedback could not be processed.',
  letterTime: 'Time',
  letterWhat: 'What',
  letterReason: 'Why',
  letterReplay: 'Try again',
  letterOfPage: (channel) => `page over ${channel}`,
  letterOfStage: (stage) => `stage ${stage}`,
};

export const CONSOLE_TEXTS: Record<Language, ConsoleTexts> = { zh: ZH, en: EN };
