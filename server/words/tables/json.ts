import type { Table } from '../table.ts';

/** Where and why a text is not JSON; stands inside a sentence. */
export const JSON_FAULTS: Table = [
  [/^at line (\d+), column (\d+) \(position (\d+)\) (.+)$/, '第 {1} 行第 {2} 列（第 {3} 个字符）处{4:deep}'],
  [/^at column (\d+) (.+)$/, '第 {1} 列处{2:deep}'],
  [/^it is too large to be read$/, '过大，无法读取'],
  [/^the text is empty$/, '没有内容'],
  [/^the text ends too early$/, '内容提前结束'],
  [/^a value was expected$/, '缺少值'],
  [/^there is more text after the end$/, '结束后还有内容'],
  [/^a comma or (.+) was expected$/, '缺少逗号或 {1}'],
  [/^a name in double quotes was expected$/, '缺少双引号中的名称'],
  [/^a colon was expected$/, '缺少冒号'],
  [/^the text ends inside of a string$/, '内容在字符串中间结束'],
  [/^a control character stands in a string and must be escaped$/, '字符串中有控制字符，须转义'],
  [/^a backslash is followed by no known escape$/, '反斜线后不是已知的转义'],
];
