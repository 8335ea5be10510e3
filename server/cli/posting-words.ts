import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { ReplayEvent, ReplaySummary } from '../play/replay.ts';
import type { SheetForm } from '../play/sheet/open-sheet.ts';
import { commandLineInChinese, rowProblemInChinese } from '../words/error-in-chinese.ts';

export type Language = 'zh' | 'en';
type Words = Record<Language, string>;

/** A sentence in the languages that a command speaks, Chinese first. */
function said(words: Words, languages: readonly Language[]): string {
  return languages.map((language) => (language === 'en' ? agreeInNumber(words.en) : words.zh)).join(' / ');
}

const count = (value: number): string => value.toLocaleString('en-US');

/** What a command that posts a file says of its progress; `stays`: a line of its own. */
export function postingWords(event: ReplayEvent, languages: readonly Language[]): { text: string; stays: boolean } {
  switch (event.kind) {
    case 'progress': {
      const { accepted, refused, itemsPerSecond, share } = event;
      const read = share === null ? '' : `${Math.floor(share * 100)}% · `;
      return {
        text: read + said({ zh: `已接收 ${count(accepted)}，未接收 ${count(refused)}，每秒 ${count(itemsPerSecond)} 条`, en: `${count(accepted)} accepted, ${count(refused)} refused, ${count(itemsPerSecond)} items/s` }, languages),
        stays: false,
      };
    }
    case 'problem':
      return { text: said({ zh: `第 ${event.line} 行：${rowProblemInChinese(event.reason)}`, en: `line ${event.line} ${event.reason}` }, languages), stays: true };
    case 'waiting':
      return { text: said({ zh: `等待：${waitingInChinese(event.detail)}`, en: `waiting: ${event.detail}` }, languages), stays: false };
  }
}

/** The detail of {@link ReplayEvent} `waiting`, as `settlementOf` writes it. */
function waitingInChinese(detail: string): string {
  const found = /^(\d+) frames to score, (\d+) entries to count, (\d+) rows to store$/u.exec(detail);
  return found === null ? commandLineInChinese(detail) : `${found[1]} 帧待评分，${found[2]} 条待计数，${found[3]} 行待入库`;
}

/** The last line. */
export function summaryWords({ accepted, refused, items, itemsPerSecond, settled }: ReplaySummary, throughPerSecond: number, languages: readonly Language[]): string {
  return said({
    zh: `${count(items)} 条中接收 ${count(accepted)} 条，未接收 ${count(refused)} 条；发送每秒 ${count(itemsPerSecond)} 条${settled === true ? `；评分、计数、入库每秒 ${count(throughPerSecond)} 条，没有遗留` : ''}`,
    en: `${count(accepted)} of ${count(items)} items accepted, ${count(refused)} refused; sent at ${count(itemsPerSecond)} items/s${settled === true ? `; scored, counted and stored at ${count(throughPerSecond)} items/s, nothing left behind` : ''}`,
  }, languages);
}

/** That more lines are wrong than are shown. */
export function moreProblemsWords(hidden: number, languages: readonly Language[]): string {
  return said({ zh: `…… 另有 ${count(hidden)} 行未列出`, en: `… and ${count(hidden)} more lines that are not listed` }, languages);
}

const SEPARATORS: Readonly<Record<string, Words>> = {
  ',': { zh: '逗号', en: 'comma' }, ';': { zh: '分号', en: 'semicolon' }, '\t': { zh: '制表符', en: 'tab' }, '|': { zh: '竖线', en: 'bar' },
};

/** How a sheet is read: what a person checks before the rows go. */
export function sheetWords({ encoding, separator, header, headerLine, columns }: SheetForm, languages: readonly Language[]): string[] {
  const named = columns.fields.flatMap((field, place) => (field === null ? [] : [`${field} ← ${header[place]?.trim()}`]));
  const kept = columns.attributes.filter((name) => name !== null);
  const by = SEPARATORS[separator] ?? { zh: separator, en: separator };
  return [
    said({ zh: `编码 ${encoding}，分隔符：${by.zh}`, en: `encoding ${encoding}, separated by ${by.en}` }, languages),
    ...(headerLine === 1 ? [] : [said({ zh: `列名在第 ${headerLine} 行，之前的各行不导入`, en: `its columns are named on line ${headerLine}; what stands above is passed over` }, languages)]),
    said({ zh: '列', en: 'columns' }, languages) + `: ${named.join(', ')}`,
    ...(kept.length === 0 ? [] : [said({ zh: '作为附加字段保留', en: 'kept as attributes' }, languages) + `: ${kept.join(', ')}`]),
    ...(columns.leftOut.length === 0 ? [] : [said({ zh: '不导入的列', en: 'columns left out' }, languages) + `: ${columns.leftOut.join(', ')}`]),
  ];
}

export function checkedWords({ items, refused }: { items: number; refused: number }, languages: readonly Language[]): string {
  return said({ zh: `${count(items)} 行可以导入，${count(refused)} 行不能；没有发送任何内容`, en: `${count(items)} rows can be imported, ${count(refused)} cannot; nothing was sent` }, languages);
}
