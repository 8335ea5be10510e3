import type { Table } from '../table.ts';

/** What the expression language says of an expression (`where`), and RE2 of a pattern; stands inside a sentence. Another sentence of theirs stays as it is. */
export const EXPRESSIONS: Table = [
  [/^Unexpected token: EOF$/, '表达式没有写完'],
  [/^Unexpected (?:token|character): (.+)$/, '多余的 {1}'],
  [/^Unexpected end of (?:input|expression)$/, '表达式没有写完'],
  [/^Unknown function: (.+)$/, '没有函数 {1}'],
  [/^found no matching overload for '(.+)'$/, '{1} 不能用于这些类型的值'],
  [/^no such overload: (.+)$/, '这些类型的值之间不能用：{1}'],
  [/^No such key: (.+)$/, '没有字段 {1}'],
  [/^Expected (\S+), got (\S+)$/, '此处应为 {1}，写的是 {2}'],
  [/^Unterminated (?:triple-quoted )?string$/, '文字没有闭合的引号'],
  [/^Newlines not allowed in single-quoted strings$/, '单引号的文字中不能换行'],
  [/^Invalid number: (.+)$/, '{1} 不是有效的数'],
  [/^Invalid exponent$/, '指数无效'],
  [/^Invalid regular expression: (.+)$/, '正则表达式无效：{1}'],
  [/^Exceeded (\w+) \((\d+)\)$/, '超过上限 {1}({2})'],
  [/^Expression must be a string$/, '须为文字'],
  [/^error parsing regexp: missing closing \): `?(.+?)`?$/, '缺少右括号：{1}'],
  [/^error parsing regexp: missing closing \]: `?(.+?)`?$/, '缺少右方括号：{1}'],
  [/^error parsing regexp: missing argument to repetition operator: `?(.+?)`?$/, '{1} 前面没有可重复的内容'],
  [/^error parsing regexp: invalid (?:or unsupported )?Perl syntax: `?(.+?)`?$/, '不支持的写法 {1}'],
  [/^error parsing regexp: invalid escape sequence: `?(.+?)`?$/, '无效的转义 {1}'],
  [/^error parsing regexp: (.+)$/, '{1}'],
  [/^unknown error$/, '未知错误'],
];
