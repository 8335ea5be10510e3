import { han } from '../../../core/han.ts';
import { agreeInNumber } from '../../../core/agree-in-number.ts';
import type { IncidentState, TimelineKind } from '../../../alerts/incidents/incident.ts';
import type { DeliveryOutcome } from '../../../core/page.ts';
import type { Language } from '../../shared/language.ts';

interface IncidentTexts {
  heading: (what: string) => string;
  close: string;
  opened: (moment: string) => string;
  over: (moment: string) => string;
  handledBy: (who: string, until: string) => string;
  owner: (who: string) => string;
  members: (alerts: string, total: string) => string;
  nameFirst: string;
  acknowledge: string;
  acknowledgeFor: string;
  more: string;
  withdraw: string;
  until: (moment: string) => string;
  comma: string;
  /** `who`: empty where a server of another version does not say. */
  escalate: (who: string, step: string, moment: string) => string;
  escalateSure: (who: string) => string;
  assign: string;
  assignTo: string;
  resolve: string;
  resolveSure: string;
  comment: string;
  commentText: string;
  silence: string;
  silenceFor: string;
  silenceReason: string;
  silenced: (matching: string) => string;
  done: string;
  pending: string;
  working: string;
  likely: string;
  /** Why nothing is said of the cause, by the answer's own word. */
  unlikely: Record<string, string>;
  model: (names: string) => string;
  limit: (count: string, fireAt: string, window: string) => string;
  ends: (moment: string) => string;
  timeline: string;
  time: string;
  what: string;
  who: string;
  bySystem: string;
  why: string;
  evidence: string;
  evidenceOf: (claimed: string) => string;
  showEvidence: string;
  verify: string;
  equal: string;
  differs: string;
  deliveries: string;
  noDeliveries: string;
  channel: string;
  outcome: string;
  attempt: (number: string) => string;
  states: Record<IncidentState, string>;
  kinds: Record<TimelineKind, string>;
  outcomes: Record<DeliveryOutcome, string>;
}

const ZH: IncidentTexts = {
  heading: (what) => `事件：${what}`,
  close: '关闭',
  opened: (moment) => `${moment} 开始`,
  over: (moment) => `${moment} 结束`,
  handledBy: (who, until) => han`${who} 处理中，至 ${until}`,
  owner: (who) => han`负责人 ${who}`,
  members: (alerts, total) => `${alerts} 项告警，共 ${total} 条`,
  nameFirst: '请先在上方填写姓名或工号。',
  acknowledge: '我来处理',
  acknowledgeFor: '处理时长',
  more: '其他操作',
  withdraw: '撤回确认',
  until: (moment) => `至 ${moment}`,
  comma: '、',
  escalate: (who, step, moment) => han`立即升级${who === '' ? '' : han`：通知 ${who}`}（第 ${step} 步，否则 ${moment} 自动）`,
  escalateSure: (who) => han`确认升级？会立即通知 ${who || '下一级'}`,
  assign: '转交',
  assignTo: '转交给（工号，或 auto 自动选择）',
  resolve: '手动结束',
  resolveSure: '确认结束？',
  comment: '添加备注',
  commentText: '备注',
  silence: '静默此分组',
  silenceFor: '静默时长',
  silenceReason: '静默原因',
  silenced: (matching) => `已静默，当前匹配 ${matching} 项告警；可在“静默”一栏提前结束`,
  done: '已完成',
  pending: '已记录，稍后生效',
  working: '正在提交…',
  likely: '为什么触发',
  unlikely: { 'too-few': '条目太少，没有可比较的共同点；原始反馈见下方。', 'too-slow': '存储响应慢，稍后会再试。', 'store-unavailable': '存储不可用，稍后会再试。', 'too-many-at-once': '同时查询过多，稍后会再试。', 'nothing-stored-yet': '反馈尚未入库，稍后会再试。' },
  model: (names) => `评分模型 ${names}`,
  limit: (count, fireAt, window) => `${window} ${count} 条，达到 ${fireAt} 条触发`,
  ends: (moment) => `若不再增加，最早 ${moment} 自动恢复`,
  timeline: '时间线',
  time: '时间',
  what: '事项',
  who: '操作人',
  bySystem: '系统',
  why: '说明',
  evidence: '依据：触发告警的原始反馈',
  evidenceOf: (claimed) => `告警声明 ${claimed} 条`,
  showEvidence: '查看原始反馈',
  verify: '重新计数核对',
  equal: '一致',
  differs: '不一致',
  deliveries: '通知发送记录',
  noDeliveries: '还没有发送过通知。',
  channel: '渠道',
  outcome: '结果',
  attempt: (number) => `第 ${number} 次`,
  states: { pending: '等待通知', firing: '告警中', acknowledged: '处理中', resolved: '已结束' },
  kinds: {
    'opened': '开始', 'joined': '并入告警', 'level-reached': '级别升高', 'alert-ended': '告警恢复', 'paged': '已通知', 'page-withheld': '未通知', 'acknowledged': '已确认',
    'acknowledgement-expired': '确认到期', 'acknowledgement-withdrawn': '撤回确认', 'assigned': '转交', 'commented': '备注', 'merged': '合并', 'split': '拆分', 'resolved': '结束',
    'reopened': '再次触发', 'flapping': '反复波动', 'flapping-ended': '波动停止', 'schedule-gap': '值班空档', 'corrected': '更正', 'grew': '增长', 'escalated': '手动升级', 'silenced': '静默', 'silence-removed': '取消静默',
  },
  outcomes: { delivered: '已送达', retrying: '重试中', failed: '失败', skipped: '未发送' },
};

const EN: IncidentTexts = {
  heading: (what) => `Incident: ${what}`,
  close: 'Close',
  opened: (moment) => `since ${moment}`,
  over: (moment) => `over since ${moment}`,
  handledBy: (who, until) => `${who} has it until ${until}`,
  owner: (who) => `given to ${who}`,
  members: (alerts, total) => agreeInNumber(`${alerts} alerts, ${total} items`),
  nameFirst: 'First say above who you are.',
  acknowledge: 'I have it',
  acknowledgeFor: 'For how long',
  more: 'What else can be done',
  withdraw: 'I do not have it any more',
  until: (moment) => `until ${moment}`,
  comma: ', ',
  escalate: (who, step, moment) => `Escalate now${who === '' ? '' : ` to ${who}`} (step ${step}, else by itself ${moment})`,
  escalateSure: (who) => `Really escalate? It pages ${who || 'the next level'} at once`,
  assign: 'Hand over',
  assignTo: 'Hand over to (an id, or auto)',
  resolve: 'End it by hand',
  resolveSure: 'Really end it?',
  comment: 'Comment',
  commentText: 'Your comment',
  silence: 'Silence this group',
  silenceFor: 'Silent for',
  silenceReason: 'Why it is silenced',
  silenced: (matching) => agreeInNumber(`silenced; ${matching} alerts match now. It can be ended under “Silences”`),
  done: 'done',
  pending: 'kept, and done in a moment',
  working: 'Sending …',
  likely: 'Why it fired',
  unlikely: { 'too-few': 'Too few items to have anything in common; the items themselves are below.', 'too-slow': 'The store is slow; it is asked again.', 'store-unavailable': 'The store is away; it is asked again.', 'too-many-at-once': 'Too many ask at once; it is asked again.', 'nothing-stored-yet': 'Nothing of it is stored yet; it is asked again.' },
  model: (names) => `scored by ${names}`,
  limit: (count, fireAt, window) => `${count} ${window}, fires at ${fireAt}`,
  ends: (moment) => `ends by itself ${moment} at the earliest, if nothing more comes`,
  timeline: 'Timeline',
  time: 'Time',
  what: 'What',
  who: 'Who',
  bySystem: 'Tocsin',
  why: 'Why',
  evidence: 'Evidence: the very items that made it fire',
  evidenceOf: (claimed) => `the alert says ${claimed}`,
  showEvidence: 'Show the items',
  verify: 'Count again',
  equal: 'equal',
  differs: 'differs',
  deliveries: 'Deliveries',
  noDeliveries: 'No page has been sent yet.',
  channel: 'Channel',
  outcome: 'Outcome',
  attempt: (number) => `attempt ${number}`,
  states: { pending: 'page waits', firing: 'firing', acknowledged: 'acknowledged', resolved: 'over' },
  kinds: {
    'opened': 'opened', 'joined': 'alert joined', 'level-reached': 'higher severity', 'alert-ended': 'alert ended', 'paged': 'paged', 'page-withheld': 'not paged', 'acknowledged': 'acknowledged',
    'acknowledgement-expired': 'acknowledgement expired', 'acknowledgement-withdrawn': 'acknowledgement withdrawn', 'assigned': 'handed over', 'commented': 'comment', 'merged': 'merged', 'split': 'split', 'resolved': 'over',
    'reopened': 'fires again', 'flapping': 'flapping', 'flapping-ended': 'flapping ended', 'schedule-gap': 'gap in the schedule', 'corrected': 'corrected', 'grew': 'grew', 'escalated': 'escalated', 'silenced': 'silenced', 'silence-removed': 'silence removed',
  },
  outcomes: { delivered: 'delivered', retrying: 'tried again', failed: 'failed', skipped: 'not sent' },
};

export const INCIDENT_TEXTS: Record<Language, IncidentTexts> = { zh: ZH, en: EN };

/** The word of a table that the server's version of today may know more entries of. */
export function wordOf(table: Record<string, string>, key: string): string {
  return Object.hasOwn(table, key) ? (table[key] ?? key) : key;
}
