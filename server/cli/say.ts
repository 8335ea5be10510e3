import { agreeInNumber } from '../../core/agree-in-number.ts';
import { commandLineInChinese } from '../words/error-in-chinese.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';

/** A result of a command in the languages that it speaks, one below the other where there are two. */
export function said(result: string): string {
  return versions(result).join('\n');
}

/** The same on one line, for what passes while a command works. */
export function saidOnOneLine(progress: string): string {
  return versions(progress).join(' / ');
}

/** What a command tells a person beside its result. */
export function tell(text: string): void {
  process.stderr.write(`${said(text)}\n`);
}

function versions(text: string): string[] {
  return commandLanguages(process.env).map((language) => (language === 'zh' ? text.split('\n').map(commandLineInChinese).join('\n') : agreeInNumber(text)));
}
