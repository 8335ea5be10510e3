/**
 * Sentences in Chinese about what is wrong in routing files, schedules, silences and what people want of incidents, by the English ones: `{1}` and so on
 * stand for what the pattern's brackets caught. They stand behind the key or field that they are about.
 */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^names the channel (\S+), which is not configured \(there are: (.*)\)$/, '引用的渠道 {1} 没有配置(已有:{2})'],
  [/^names the user (\S+), which is not there$/, '引用的人员 {1} 不存在'],
  [/^names the team (\S+), which is not there$/, '引用的团队 {1} 不存在'],
  [/^names the chain (\S+), which is not there$/, '引用的升级链 {1} 不存在'],
  [/^names the (\S+) (\S+), which is not there$/, '引用的 {1} {2} 不存在'],
  [/^names the manager of the team (\S+), which has none$/, '引用的是团队 {1} 的负责人,但该团队没有负责人'],
  [/^names (\S+), which is not there$/, '引用的 {1} 不存在'],
  [/^is empty and notify is too, so a page for the team reaches nobody$/, '为空,notify 也为空:发给该团队的通知无人收到'],
  [/^leads to nobody: none of its targets has a channel$/, '无人可通知:其中没有一个目标有渠道'],
  [/^is part of a circle: .+$/, '抑制规则成环:告警会互相压住,谁也收不到通知'],
  [/^is (\S+), and a target is (.+) or a channel's name$/, '为 {1},不是通知目标:可写 {2} 或渠道名'],
  [/^must hold lists: (.+)$/, '须由以下列表组成:{1}'],
  [/^cannot be read: (.+)$/s, '无法读取:{1}'],
  [/^is not valid YAML: (.+)$/s, '不是有效的 YAML:{1}'],
  [/^is not a key that is known here(?:; did you mean (\S+)\?)?$/, '不是此处已知的键'],
  [/^(\S+) was used before: every entry of (\S+) has an id of its own$/, '{1} 已用过:{2} 中每一项都要有自己的 id'],
  [/^is missing: an id such as (\S+)$/, '缺失:须为 id,例如 {1}'],
  [/^must be (\d+) to (\d+) letters, digits, (.+?)(?:, such as (\S+))?$/, '须为 {1} 到 {2} 个字母、数字或 {3}'],
  [/^must be a list, such as (.+)$/, '须为列表,例如 {1}'],
  [/^must be a list of matchers, such as (.+)$/, '须为匹配条件的列表,例如 {1}'],
  [/^must be a list of alert ids$/, '须为告警 id 的列表'],
  [/^must be a list of (\w+)$/, '须为 {1} 的列表'],
  [/^must be a (?:name|text)$/, '须为文字'],
  [/^must be a text in both languages: (.+)$/, '须有中英两种文字:{1}'],
  [/^must not be empty$/, '不能为空'],
  [/^must name somebody$/, '须写明通知谁'],
  [/^must name at least one alert$/, '至少写一项告警'],
  [/^must have a step$/, '至少要有一步'],
  [/^must be after from$/, '须晚于 from'],
  [/^must be inside or outside$/, '须为 inside 或 outside'],
  [/^must be any, workdays or holidays$/, '须为 any、workdays 或 holidays'],
  [/^must be auto$/, '须为 auto'],
  [/^must be one of (.+)$/, '须为以下之一:{1}'],
  [/^must be hours, such as (.+)$/, '须为时段,例如 {1}'],
  [/^must be a length of time such as (.+)$/, '须为时长,例如 {1}'],
  [/^must be a time of the day such as (.+)$/, '须为一天中的时刻,例如 {1}'],
  [/^must be an RFC 3339 time such as (.+)$/, '须为带时区的时间(RFC 3339),例如 {1}'],
  [/^must be an IANA time zone such as (.+)$/, '须为 IANA 时区,例如 {1}'],
  [/^must be a matcher such as (.+) or (.+)$/, '须为匹配条件,例如 {1} 或 {2}'],
  [/^must be a share from (\S+) to (\S+)$/, '须为 {1} 到 {2} 的占比'],
  [/^must be a whole number of minutes$/, '须为整数分钟'],
  [/^must be at least (\S+)$/, '最小为 {1}'],
  [/^must be at most (\S+)$/, '最大为 {1}'],
  [/^must be five fields: .+, such as (".+")$/, '须为五段:分、时、日、月、星期,例如 {1}'],
  [/^must say which alerts explain others$/, '须写明哪些告警解释别的告警'],
  [/^must say which alerts are explained$/, '须写明哪些告警被解释'],
  [/^names a time that never comes$/, '所写的时间永远不会到来'],
  [/^(".*") is not a field to match(?:; did you mean (\S+)\?)? \(known: (.+)\)$/, '{1} 不能用于匹配(可用:{3})'],
  [/^(".*") is out of range$/, '{1} 超出范围'],
  [/^has a value longer than (\S+) characters$/, '值超过 {1} 个字符'],
  [/^has more than (\S+) (?:entries|matchers)$/, '多于 {1} 项'],
  [/^is longer than (\S+) characters$/, '超过 {1} 个字符'],
  [/^is no RE2 expression: (.+)$/s, '不是有效的 RE2 表达式:{1}'],
  [/^is missing: who (?:does this|silences), such as (\S+)$/, '缺失:须写明是谁,例如 {1}'],
  [/^is missing: why$/, '缺失:须写明原因'],
  [/^is missing: a user, or auto$/, '缺失:写人员的 id,或 auto'],
  [/^is missing: the incident it goes into$/, '缺失:写要并入的事件'],
  [/^is missing: a silence that does not recur has an end$/, '缺失:不重复的静默须有结束时间'],
  [/^is missing: this silence matches every alert .+$/, '缺失:此静默会匹配现有和以后的所有告警;确认请写 confirm: true'],
  [/^is not after the start, or past already$/, '不晚于开始时间,或已经过去'],
  [/^is not that of the address$/, '与地址中的不一致'],
  [/^is given more than once$/, '写了不止一次'],
  [/^stands beside (\S+): write one of the two$/, '不能与 {1} 同时写,二者取一'],
];

const DID_YOU_MEAN = /; did you mean (\S+?)\?/;

/** The sentence in Chinese, without the key; null for one that is not known here. Pure. */
export function routingFaultInChinese(message: string): string | null {
  for (const [pattern, text] of SENTENCES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const close = DID_YOU_MEAN.exec(message)?.[1];
    return `${text.replace(/\{(\d)\}/gu, (_, at: string) => found[Number(at)] ?? '')}${close === undefined ? '' : `;是否想写 ${close}?`}`;
  }
  return null;
}
