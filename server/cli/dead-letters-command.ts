import { Command } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { DeadLetterBox, type ReplayResult } from '../../stream/dead-letter-box/dead-letter-box.ts';
import type { Letter } from '../../stream/dead-letter-box/read-letters.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { storedIds } from '../../stream/store/stored-ids.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { errorInChinese } from '../words/error-in-chinese.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
import { askServer, commandSettings, withBus, withStore } from './open-parts.ts';
import { said } from './say.ts';

/** A letter as the API shows it. */
type LetterView = Omit<Letter, 'bytes'> & { bytes: number };

/** Of a running server, or of the data folder. */
interface Letters {
  list(): Promise<LetterView[]>;
  show(sequence: number): Promise<LetterView & { content: string }>;
  replay(sequence: number): Promise<ReplayResult>;
}

interface Common {
  url?: string;
  json?: boolean;
}

export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description('Look at what could not be processed, and send it on its way again.').exitOverride();
  const sub = (name: string, description: string): Command => command.command(name).description(description)
    .option('--url <url>', 'ask the server that runs there; needed while one has the data folder open').option('--json', 'one JSON object per line').exitOverride();
  sub('list', 'Every dead letter: number, when, log, stage and reason.').action((options: Common) => withLetters(options, async (letters) => {
    const found = await letters.list();
    for (const letter of found) console.log(options.json ? JSON.stringify(letter) : said(describe(letter)));
    if (!options.json) console.log(said(`${found.filter(({ replayedAtMs }) => replayedAtMs === null).length} waiting, ${found.length} in all`));
  }));
  sub('show', 'One dead letter with what it holds.').argument('<number>', 'as listed', readSequence).action((sequence: number, options: Common) => withLetters(options, async (letters) => {
    const { content, ...letter } = await letters.show(sequence);
    console.log(options.json ? JSON.stringify({ ...letter, content }) : `${said(describe(letter))}\n${content}`);
  }));
  sub('replay', 'Send dead letters on their way again: to be scored, counted or stored. Harmless when repeated.')
    .argument('[numbers...]', 'as listed').option('--all', 'every one that waits')
    .action((numbers: string[], options: Common & { all?: boolean }) => withLetters(options, async (letters) => {
      const sequences = options.all ? (await letters.list()).filter(({ replayedAtMs }) => replayedAtMs === null).map(({ sequence }) => sequence) : numbers.map(readSequence);
      if (sequences.length === 0 && !options.all) throw new TocsinError('invalid_request', 'Name the letters to be replayed, or say --all.');
      for (const sequence of sequences) await replay(letters, sequence, options.json === true);
    }));
  return command;
}

/** One that cannot be replayed does not keep the others from it. */
async function replay(letters: Letters, sequence: number, json: boolean): Promise<void> {
  try {
    const result = await letters.replay(sequence);
    console.log(json ? JSON.stringify(result) : said(result.outcome === 'replayed' ? `${sequence}  replayed, ${result.items} items on their way` : `${sequence}  was replayed before`));
  } catch (error) {
    if (!(error instanceof TocsinError) || !['conflict', 'not_found', 'rows_refused'].includes(error.code)) throw error;
    console.log(json ? JSON.stringify({ sequence, outcome: 'failed', code: error.code, reason: error.message }) : commandLanguages(process.env).map((language) => `${sequence}  ${language === 'zh' ? errorInChinese(error.code, error.message) : error.message}`).join('\n'));
    process.exitCode = 1;
  }
}

function withLetters(options: Common, use: (letters: Letters) => Promise<void>): Promise<void> {
  const { url } = options;
  if (url !== undefined) {
    return use({
      list: async () => (await askServer<{ deadLetters: LetterView[] }>(url, '/v1/dead-letters?limit=1000')).deadLetters.reverse(),
      show: (sequence) => askServer(url, `/v1/dead-letters/${sequence}`),
      replay: (sequence) => askServer(url, `/v1/dead-letters/${sequence}/replay`, {}),
    });
  }
  const settings = commandSettings();
  return withBus(settings, (bus) => withStore(settings, (store) => {
    const box = new DeadLetterBox({ bus, writer: new ClickHouseWriter(store), stored: { among: (workspace, ids) => storedIds(store, workspace, ids) }, clock: systemClock });
    const view = ({ bytes, ...letter }: Letter): LetterView => ({ ...letter, bytes: bytes.length });
    return use({
      list: async () => (await box.list()).map(view),
      async show(sequence) {
        const letter = await box.get(sequence);
        return { ...view(letter), content: new TextDecoder().decode(letter.bytes) };
      },
      replay: (sequence) => box.replay(sequence),
    });
  }));
}

function readSequence(text: string): number {
  if (!/^[1-9]\d{0,14}$/u.test(text)) throw new TocsinError('invalid_request', `${text} is not the number of a dead letter.`);
  return Number(text);
}

function describe({ sequence, atMs, log, logSequence, stage, reason, bytes, replayedAtMs }: LetterView): string {
  const state = replayedAtMs === null ? '' : `  replayed ${new Date(replayedAtMs).toISOString()}`;
  return `${sequence}  ${new Date(atMs).toISOString()}  ${log} ${logSequence}  ${stage}  ${bytes} bytes  ${reason}${state}`;
}
