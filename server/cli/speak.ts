import { Help, type Argument, type Command, type Option } from 'commander';
import { commandLineInChinese } from '../words/error-in-chinese.ts';
import type { commandLanguages } from '../words/prefers-chinese.ts';

type Language = ReturnType<typeof commandLanguages>[number];

/** Lets a command say its help, and what is wrong with what was typed, in these languages: one after the other where there are two. */
export function speak(command: Command, languages: readonly Language[]): void {
  command.configureHelp({
    formatHelp: (of, { helpWidth = WIDTH }) => languages.map((language) => {
      const help = language === 'zh' ? new ChineseHelp() : new Help();
      help.helpWidth = helpWidth;
      return help.formatHelp(of, help);
    }).join('\n'),
  });
  command.configureOutput({
    outputError: (text, write) => {
      for (const language of languages) write(language === 'zh' ? `${commandLineInChinese(text.trimEnd())}\n` : text);
    },
  });
}

const WIDTH = 80;
/** Names of commands, options and files stay together; anything in Chinese may end a line, but no line begins with a mark. */
const PIECES = /[\u3400-\u9FFF][，。；：、）？]*|[（]?[^\s\u3400-\u9FFF，。；：、（）？]+[，。；：、）？]*|[（，。；：、）？]|\s/gu;
const WIDE = /[\u2E80-\u9FFF\uFF00-\uFFEF]/gu;

class ChineseHelp extends Help {
  override styleTitle(title: string): string {
    return commandLineInChinese(title);
  }

  override commandDescription(command: Command): string {
    return commandLineInChinese(super.commandDescription(command));
  }

  override subcommandDescription(command: Command): string {
    return commandLineInChinese(super.subcommandDescription(command));
  }

  override optionDescription(option: Option): string {
    return said(option.description, super.optionDescription(option));
  }

  override argumentDescription(argument: Argument): string {
    return said(argument.description, super.argumentDescription(argument));
  }

  /** A Chinese character takes two columns of a terminal. */
  override displayWidth(text: string): number {
    return text.length + (text.match(WIDE)?.length ?? 0);
  }

  override boxWrap(text: string, width: number): string {
    const lines = [''];
    for (const piece of text.match(PIECES) ?? []) {
      const line = lines.at(-1) ?? '';
      if (this.displayWidth(line + piece) <= width || line === '') lines[lines.length - 1] = line + piece;
      else lines.push(piece.trimStart());
    }
    return lines.map((line) => line.trimEnd()).join('\n');
  }
}

/** The description in Chinese, with the default and the choices that stand behind it. */
function said(description: string, withMore: string): string {
  const more = withMore.slice(description.length).trim();
  const inChinese = more.replace(/^\((?:choices: (.+?))?(?:, )?(?:default: (.+))?\)$/su, (_, choices: string | undefined, byDefault: string | undefined) =>
    `（${[...(choices === undefined ? [] : [`可为 ${choices}`]), ...(byDefault === undefined || byDefault === '{}' ? [] : [`默认：${commandLineInChinese(byDefault)}`])].join('；')}）`);
  return commandLineInChinese(description) + (inChinese === '（）' ? '' : inChinese);
}
