import type { Table } from '../table.ts';

/**
 * What the schema library says of a value, by the sentences of its English locale; stands behind a name. Its own Chinese locale leaves names of types in
 * English and does not tell "at most" from "exactly", so it is not taken.
 */
export const SCHEMAS: Table = [
  [/^Invalid input: expected (\w+), received undefined$/, '缺失，须为{1:type}'],
  [/^Invalid input: expected (\w+), received (\w+)$/, '须为{1:type}，不能是{2:type}'],
  [/^Invalid input: expected (.+)$/, '须为 {1}'],
  [/^Invalid option: expected one of (.+)$/, '须为以下之一：{1:or}'],
  [/^Too (?:big|small): expected \w+ to have exactly (\S+) characters$/, '须为 {1} 个字符'],
  [/^Too (?:big|small): expected \w+ to have exactly (\S+) \w+$/, '须为 {1} 项'],
  [/^Too big: expected \w+ to have <=(\S+) characters$/, '最多 {1} 个字符'],
  [/^Too small: expected \w+ to have >=(\S+) characters$/, '至少 {1} 个字符'],
  [/^Too big: expected \w+ to have <=(\S+) \w+$/, '最多 {1} 项'],
  [/^Too small: expected \w+ to have >=(\S+) \w+$/, '至少 {1} 项'],
  [/^Too big: expected \w+ to be <=(\S+)$/, '最大为 {1}'],
  [/^Too small: expected \w+ to be >=(\S+)$/, '最小为 {1}'],
  [/^Too big: expected \w+ to be <(\S+)$/, '须小于 {1}'],
  [/^Too small: expected \w+ to be >(\S+)$/, '须大于 {1}'],
  [/^Invalid string: must start with (.+)$/, '须以 {1} 开头'],
  [/^Invalid string: must end with (.+)$/, '须以 {1} 结尾'],
  [/^Invalid string: must include (.+)$/, '须包含 {1}'],
  [/^Invalid string: must match pattern (.+)$/, '格式不对，须符合 {1}'],
  [/^Invalid number: must be a multiple of (\S+)$/, '须为 {1} 的倍数'],
  [/^Unrecognized keys?: (.+)$/, '不是此处已知的键：{1}'],
  [/^Invalid key in \w+$/, '有键无效'],
  [/^Invalid (?:value|element) in \w+$/, '有值无效'],
  [/^Invalid input$/, '无效'],
  [/^Invalid (.+)$/, '不是有效的{1:type}'],
];
