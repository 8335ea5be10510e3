/** Names of things, as the sentences have them. */
export const NOUNS: Readonly<Record<string, string>> = {
  alert: '告警', incident: '事件', rule: '规则', channel: '渠道', feedback: '反馈', 'dead letter': '死信', schedule: '排班', silence: '静默', customer: '客户', user: '人员', team: '团队', route: '路由', chain: '升级链', 'escalation chain': '升级链',
  inhibition: '抑制规则', rules: '规则', channels: '渠道', page: '页面', label: '标注', export: '导出', scorer: '评分服务', counter: '计数服务', notifier: '通知服务', query: '查询参数', body: '请求正文', bus: '消息总线', 'key-value store': '键值存储', 'snapshot store': '快照存储',
  "The gateway's address": '网关地址', "The DingTalk robot's address": '钉钉机器人地址', "The Feishu robot's address": '飞书机器人地址', "The WeCom robot's address": '企业微信机器人地址', "The Slack webhook's address": 'Slack Webhook 地址',
  picture: '图片',
};

/** Names of types and formats, as the schema library has them. */
export const TYPES: Readonly<Record<string, string>> = {
  string: '文字', number: '数', object: '对象', array: '列表', boolean: '真或假', int: '整数', integer: '整数', null: '空值', undefined: '空', record: '键值对象', nan: '非数', NaN: '非数', date: '日期', tuple: '列表', never: '空', Infinity: '无穷大',
  'ISO datetime': '日期时间', 'ISO date': '日期', 'ISO time': '时刻', 'ISO duration': '时长', 'email address': '邮箱地址', 'IPv4 address': 'IPv4 地址', 'IPv6 address': 'IPv6 地址', 'base64-encoded string': 'base64 文字', 'JSON string': 'JSON 文字', option: '选项', discriminator: '种类', input: '输入',
};

/** How the connection to NATS is, how an alert is, and how a row differs. */
export const STATES: Readonly<Record<string, string>> = { connected: '已连接', connecting: '正在连接', reconnecting: '正在重连', disconnected: '已断开', closed: '已关闭', warning: '警告', critical: '严重', info: '提示', missing: '缺少', extra: '多出' };

/** What stands before a figure, or in place of one. */
export const FIGURES: Readonly<Record<string, string>> = { unknown: '未知', negative: '负面', neutral: '中性', positive: '正面', complaints: '投诉' };
