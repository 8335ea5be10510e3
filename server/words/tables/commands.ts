import type { Table } from '../table.ts';

/** What commands refuse, and what the reader of the command line says of what was typed. */
export const COMMANDS: Table = [
  [/^there is no rule (\S+) in the rule files$/, '规则文件中没有规则 {1}'],
  [/^(.+) holds no rule\.$/, '{1} 中没有规则。'],
  [/^--from must be before --to\.$/, '--from 须早于 --to。'],
  [/^--from must be at least an hour before --to\.$/, '--from 须比 --to 至少早一小时。'],
  [/^Name the letters to be replayed, or say --all\.$/, '请写明要重放的死信编号,或写 --all。'],
  [/^(.+) is not the number of a dead letter\.$/, '{1} 不是死信编号。'],
  [/^A server compares folders of its models\/weights by their name, and --model is (.+)\. .+$/, '服务器按名称比较其 models/weights 中的文件夹,而 --model 为 {1}。不写 --url 时可比较任意文件夹。'],
  [/^Nobody has set a label there yet\.$/, '那里还没有人工标注。'],
  [/^(\S+) is "(.*)"; it must be a whole number from 1(, or all)?\.$/, '{1} 为 "{2}",须为从 1 起的整数{3:orAll}。'],
  [/^(.+) While a server runs on it, ask that server: (.+)$/s, '{1:deep} 若有服务器在使用,请向它查询:{2}'],
  [/^The server answers (\S+)\.$/, '服务器应答 {1}。'],
  [/^(.+) cannot be written: (.+)\.$/, '{1} 无法写入:{2}。'],
  [/^tocsin (\S+) is for the embedded store\. CLICKHOUSE_URL names a server: use its own BACKUP and RESTORE of the database (.+)\.$/, 'tocsin {1} 只用于内置存储。CLICKHOUSE_URL 指向服务器,请用它自己的 BACKUP 和 RESTORE(数据库 {2})。'],
  [/^The server answered 202 without saying what became of each item\. .+$/, '服务器应答 202,但没有说明每条的结果。这是 Tocsin 服务器吗?'],
  [/^no reason given\. Is this a Tocsin server\?$/, '没有说明原因。这是 Tocsin 服务器吗?'],
  [/^(.+) holds no feedback: each line must be a JSON object with a text\.$/, '{1} 中没有反馈:每行须为带 text 的 JSON 对象。'],
  [/^was refused: (.+)$/s, '未被接收:{1:item}'],
  [/^It must be 1 or 3\.$/, '须为 1 或 3。'],
  [/^It must be a whole number of at most nine digits\.$/, '须为不超过九位的整数。'],
  [/^It must be FIELD=NAME with one of these fields: (.+)\.$/, '须写作 字段=列名,字段可为:{1}。'],
  [/^It must be one sign, or the word tab\.$/, '须为一个字符,或 tab。'],
  [/^It must be a number of hours, more than 0 and at most 720\.$/, '须为小时数,大于 0,不超过 720。'],
  [/^It must be a time such as (\S+), "(.+)" or (\S+)\.$/, '须为时间,例如 {1}、"{2}" 或 {3}。'],
  [/^It must be a number above 0\.$/, '须为大于 0 的数。'],
];
