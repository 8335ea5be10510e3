import { Command, InvalidArgumentError, Option } from 'commander';
import { CHANNELS, type Channel } from '../../core/feedback.ts';
import { SHEET_ENCODINGS, type SheetEncoding } from '../play/sheet/decide-encoding.ts';
import { SHEET_FIELDS, type SheetField } from '../play/sheet/name-columns.ts';
import { openSheet, type Sheet } from '../play/sheet/open-sheet.ts';
import { DATE_ORDERS, type DateOrder } from '../play/sheet/read-cells.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
import { defaultUrl, postFile, PROBLEMS_SHOWN_MAX, type PostOptions } from './post-file.ts';
import { checkedWords, moreProblemsWords, postingWords, sheetWords } from './posting-words.ts';
import { readNumber } from './read-number.ts';

interface ImportOptions extends PostOptions {
  channel?: Channel;
  column: Map<SheetField, string>;
  encoding?: SheetEncoding;
  separator?: string;
  dates: DateOrder;
  check?: boolean;
}

export function importCommand(): Command {
  return new Command('import')
    .description('Import a sheet of feedback (CSV, plain or gzip; its first row names the columns, in Chinese or English) into a running server, and wait until all of it is scored, counted and stored. Rows that do not fit are told by line; the same file again counts nothing twice.')
    .requiredOption('--file <file>', 'CSV, as Excel and WPS save it: UTF-8, GBK/GB18030 or UTF-16; comma, semicolon or tab')
    .option('--url <url>', 'the server', defaultUrl())
    .addOption(new Option('--channel <channel>', 'of rows that name none, or one that is not known (default: api)').choices(CHANNELS))
    .option('--column <field=name>', `a column by its name in the first row, such as text=Remarks; may be said more than once. Fields: ${SHEET_FIELDS.join(', ')}`, readColumn, new Map<SheetField, string>())
    .addOption(new Option('--encoding <encoding>', 'instead of finding it out').choices(SHEET_ENCODINGS))
    .option('--separator <sign>', 'between cells, instead of finding it out; tab is the word tab', readSeparator)
    .addOption(new Option('--dates <order>', 'how days are written that do not begin with the year').choices(DATE_ORDERS).default('ymd'))
    .option('--check', 'only say how the sheet is read and which rows do not fit; send nothing')
    .option('--limit <items>', 'stop after so many items', readNumber)
    .option('--batch <items>', 'items in one request', readNumber)
    .option('--concurrency <requests>', 'requests at once', readNumber)
    .option('--no-wait', 'do not wait for scoring, counting and storing')
    .option('--json', 'one JSON object per line')
    .action(async (options: ImportOptions) => {
      const sheet = await openSheet(options.file, { encoding: options.encoding, separator: options.separator, columns: options.column, channel: options.channel ?? null, dates: options.dates });
      const { form } = sheet;
      if (options.json === true) console.log(JSON.stringify({ kind: 'sheet', ...form }));
      else for (const line of sheetWords(form, commandLanguages(process.env))) process.stderr.write(`${line}\n`);
      if (options.check === true) return check(sheet, options.json === true);
      return postFile(options, { rows: () => sheet.rows(), readShare: () => sheet.readShare() });
    });
}

async function check(sheet: Sheet, json: boolean): Promise<void> {
  const languages = commandLanguages(process.env);
  let [items, refused] = [0, 0];
  for await (const rows of sheet.rows()) {
    for (const row of rows) {
      if (row.kind === 'item') {
        items += 1;
        continue;
      }
      refused += 1;
      const problem = { kind: 'problem', line: row.number, reason: row.reason } as const;
      if (json) console.log(JSON.stringify(problem));
      else if (refused <= PROBLEMS_SHOWN_MAX) process.stderr.write(`${postingWords(problem, languages).text}\n`);
    }
  }
  if (refused > PROBLEMS_SHOWN_MAX && !json) process.stderr.write(`${moreProblemsWords(refused - PROBLEMS_SHOWN_MAX, languages)}\n`);
  console.log(json ? JSON.stringify({ kind: 'checked', items, refused }) : checkedWords({ items, refused }, languages));
  if (refused > 0) process.exitCode = 1;
}

function readColumn(text: string, before: Map<SheetField, string>): Map<SheetField, string> {
  const at = text.indexOf('=');
  const [field, name] = [text.slice(0, at).trim() as SheetField, text.slice(at + 1).trim()];
  if (at < 0 || name === '' || !SHEET_FIELDS.includes(field)) throw new InvalidArgumentError(`It must be FIELD=NAME with one of these fields: ${SHEET_FIELDS.join(', ')}.`);
  return new Map([...before, [field, name]]);
}

function readSeparator(text: string): string {
  const sign = text === 'tab' || text === '\\t' ? '\t' : text;
  if (sign.length !== 1 || sign === '"' || sign === '\n' || sign === '\r') throw new InvalidArgumentError('It must be one sign, or the word tab.');
  return sign;
}
