import type { Table } from '../table.ts';

/** How the parts of a server are, as /readyz and the wall say it. */
export const HEALTH: Table = [
  [/^it is being started$/, '正在启动'],
  [/^it is being opened$/, '正在打开'],
  [/^stopped$/, '已停止'],
  [/^not ready$/, '未就绪'],
  [/^shutting down$/, '正在停止'],
  [/^no sign of life for (\S+) s$/, '{1} 秒没有动静'],
  ['the disk is full: the logs take nothing until there is room', '磁盘已满：腾出空间之前日志无法写入，反馈不被接收'],
  ['the disk takes no writes: the logs take nothing until it does', '磁盘无法写入：恢复之前日志无法写入，反馈不被接收'],
  [/^NATS is (\S+)$/, 'NATS {1:state}'],
  [/^reading back (\S+) entries of the scored log$/, '正在读回评分日志的 {1} 条'],
  [/^reading back the incidents log$/, '正在读回事件日志'],
  [/^the incidents log takes nothing: pages wait$/, '事件日志无法写入，通知在等待'],
  [/^the embedded ClickHouse ended and is started again$/, '内置 ClickHouse 退出，正在重新启动'],
  [/^the model is being loaded$/, '正在加载模型'],
  [/^(.+?) Feedback is taken, counted and paged; its rows wait .+$/s, '{1:deep}反馈照常接收、计数和告警；行在等待，恢复后入库。新规则等待补齐过去。'],
  [/^More than (\S+) groups of (.+) came; .+$/, '{2} 的分组超过 {1} 个，其余合并计入 "(over the key limit)"。'],
  [/^More than (\S+) ids came within their horizon; .+$/, '有效期内的 id 超过 {1} 个，再次出现的 id 可能重复计数。'],
  [/^More than (\S+) customers came within the longest window; .+$/, '最长窗口内的客户超过 {1} 位，同一客户可能算作两位。'],
  [/^More than (\S+) texts came within the horizon of duplicates; .+$/, '重复检测期内的文本超过 {1} 条，较晚的重复可能计入（TOCSIN_DUPLICATES_ITEMS_MAX）。'],
  [/^The counter met a limit or a rule that does not work: (.+)$/s, '计数器遇到上限或不能用的规则：{1}'],
  [/^log and store are equal: (?:of )?(\S+) rows (?:from entry (\d+) )?up to entry (\d+) of the scored log$/, '日志与存储一致：到评分日志第 {3} 条共 {1} 行'],
  [/^(\d+) of (\d+) rows (?:from entry \d+ )?up to entry (\d+) of the scored log were missing in the store and were put back$/, '到评分日志第 {3} 条的 {2} 行中，存储缺少 {1} 行，已补上'],
  [/^Of (\d+) rows (?:from entry \d+ )?up to entry (\d+) of the scored log, (\d+) were missing in the store \((\d+) put back, (\d+) not\), (\d+) stood there too many(?:; (\d+) ranges were not looked into)?$/, '到评分日志第 {2} 条的 {1} 行中，存储缺少 {3} 行（补上 {4}，未补 {5}），多出 {6} 行{7:ranges}'],
];
