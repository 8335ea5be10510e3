import { faultInChinese } from '../../words/error-in-chinese.ts';

/** What is said of a key of a rule, in both languages. */
export function faultView({ key, message }: { key: string; message: string }): { field: string; message: string; messageZh: string } {
  return { field: key, message, messageZh: faultInChinese(message) };
}
