import type { LocalText } from '../../core/rule.ts';
import type { Trouble } from '../../core/trouble.ts';

export const TROUBLE_TITLES: Record<Trouble, LocalText> = {
  'key-limit': { zh: '分组数量达到上限', en: 'A grouping is at its limit of groups' },
  'dead-letters': { zh: '无法处理的反馈在增加', en: 'Feedback that cannot be processed is piling up' },
  'log-nearly-full': { zh: '日志即将写满', en: 'A log is nearly full' },
  'store-away': { zh: 'ClickHouse 长时间不可用', en: 'ClickHouse has been away for long' },
  'snapshot-failing': { zh: '快照写入失败', en: 'Snapshots cannot be written' },
  'lag': { zh: '处理滞后', en: 'Counting is behind' },
};

export interface TroubleWords {
  found: LocalText;
  limit: LocalText;
  over: LocalText;
  /** What it means and what helps. */
  advice: LocalText;
}

interface Level {
  level: number;
  openAt: number;
  /** Which part, such as a log's name; empty where there is one. */
  about: string;
}

/** A trouble in words. Pure; both languages. */
export function troubleWords(trouble: Trouble, { level, openAt, about }: Level): TroubleWords {
  const [said, limit] = [number(level), number(openAt)];
  const of = { zh: about === '' ? '' : `“${about}”`, en: about === '' ? '' : ` "${about}"` };
  switch (trouble) {
    case 'key-limit':
      return {
        found: { zh: `分组${of.zh}已用 ${said}% 的上限`, en: `the grouping${of.en} uses ${said} % of its limit` },
        limit: { zh: `达到 ${limit}% 即告警`, en: `fires at ${limit} %` },
        over: { zh: '分组数量已低于上限', en: 'there is room for further groups again' },
        advice: {
          zh: '新出现的取值合并计入“(over the key limit)”，已有分组的计数不受影响；请检查是否有人在该字段中写入随机值。',
          en: 'Values that are new are counted together as "(over the key limit)"; groups that are there are counted as before. See whether somebody fills this field with random values.',
        },
      };
    case 'dead-letters':
      return {
        found: { zh: `10 分钟内 ${said} 条无法解码、评分或入库`, en: `${said} could not be decoded, scored or stored within 10 minutes` },
        limit: { zh: `${limit} 条即告警`, en: `fires at ${limit}` },
        over: { zh: '10 分钟内没有新增', en: 'none for 10 minutes' },
        advice: { zh: '这些反馈未计入统计。用 tocsin dead-letters list 查看原因，排除后用 tocsin dead-letters replay 重放。', en: 'They are not counted. See why with "tocsin dead-letters list", and once it is mended "tocsin dead-letters replay".' },
      };
    case 'log-nearly-full':
      return {
        found: { zh: `日志${of.zh}已用 ${said}%`, en: `the log${of.en} is ${said} % full` },
        limit: { zh: `${limit}% 即告警`, en: `fires at ${limit} %` },
        over: { zh: '日志已有余量', en: 'the log has room again' },
        advice: { zh: '写满后新的反馈会被拒绝（429），已接收的不会丢失。请检查后续环节是否停滞，或调大日志上限。', en: 'Once it is full new feedback is refused with 429; nothing taken is lost. See whether what reads it stands still, or raise its limit.' },
      };
    case 'store-away':
      return {
        found: { zh: `${said} 秒未能写入 ClickHouse`, en: `nothing could be stored for ${said} s` },
        limit: { zh: `${limit} 秒即告警`, en: `fires at ${limit} s` },
        over: { zh: '已恢复写入', en: 'rows are stored again' },
        advice: { zh: '计数与告警照常，未写入的行在本机磁盘等待；看板与检索停在中断之前。', en: 'Counts and pages go on, rows wait on this machine\'s disk; boards and search end before the outage.' },
      };
    case 'snapshot-failing':
      return {
        found: { zh: `连续 ${said} 次快照未能写入`, en: `${said} snapshots in a row could not be written` },
        limit: { zh: `连续 ${limit} 次即告警`, en: `fires at ${limit} in a row` },
        over: { zh: '快照已恢复写入', en: 'a snapshot was written' },
        advice: { zh: '计数不受影响，但重启会变慢，计分日志不会被裁剪。请检查磁盘空间与日志服务。', en: 'Counts are not affected, but a restart takes longer and the scored log is not trimmed. See whether the disk has room and the log\'s server is well.' },
      };
    case 'lag':
      return {
        found: { zh: `计数滞后 ${said} 秒`, en: `counts are ${said} s behind` },
        limit: { zh: `${limit} 秒即告警`, en: `fires at ${limit} s` },
        over: { zh: '已追上', en: 'they have caught up' },
        advice: { zh: '在追上之前各处数量是下限，告警会晚到。请检查评分与计数进程的负载。', en: 'Until they have caught up numbers are lower bounds and alerts come late. See how busy the scorer and the counter are.' },
      };
  }
}

function number(value: number): string {
  return Math.floor(value).toLocaleString('en-US');
}
