import type { Table } from '../table.ts';

/** What is wrong with a template of a channel; stands behind its key. */
export const TEMPLATES: Table = [
  [/^(?:fails: )?line (\d+), column (\d+): (.+)$/s, '第 {1} 行第 {2} 列：{3:template}'],
  [/^fails: (.+)$/s, '无法写出：{1:template}'],
  [/^(\{\{.*\}\}) closes nothing$/, '{1} 没有对应的开头'],
  [/^more than (\d+) blocks in each other$/, '嵌套超过 {1} 层'],
  [/^\{\{ is not closed by \}\}$/, '"{{" 没有以 "}}" 结束'],
  [/^(\{\{#.*\}\}) is not known; there are #if and #each$/, '没有 {1}，可用 #if 和 #each'],
  [/^(\{\{#.*\}\}) is not closed by (\{\{\/.*\}\})$/, '{1} 没有以 {2} 结束'],
  [/^(\{\{.*\}\}) stands where (\{\{\/.*\}\}) is wanted$/, '此处应为 {2}，写的是 {1}'],
  [/^the filter "(.+)" is not known; there are (.+)$/, '没有过滤器 "{1}"，可用 {2}'],
  [/^"(.*)" is no path such as summary\.zh\.line$/, '"{1}" 不是路径，写法如 summary.zh.line'],
  [/^grows longer than (\d+) characters$/, '写出的内容超过 {1} 个字符'],
  [/^(\S+) is no list$/, '{1} 不是列表'],
  [/^(\S+) is not there$/, '没有 {1}'],
];
