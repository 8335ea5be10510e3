import { Command, Option } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { trainAccurate } from '../../models/accurate/train-accurate.ts';
import { evaluate, SLOW_MODEL_ROWS } from '../../models/evaluate.ts';
import type { EvaluateOptions } from '../../models/evaluate.ts';
import { listModels } from '../../models/package-root.ts';
import { defaultDataDir, train, type TrainResult } from '../../models/train.ts';
import { withCorrections } from './fetch-corrections.ts';
import { Progress } from './progress.ts';
import { said, saidOnOneLine } from './say.ts';

interface TrainOptions {
  model: 'fast' | 'accurate';
  data?: string;
  out?: string;
  python?: string;
  work?: string;
  batches?: string;
  withCorrections?: string | true;
  workspace: string;
  fresh?: boolean;
  json?: boolean;
}

export function trainCommand(): Command {
  return new Command('train')
    .description('Train the model from labelled feedback and write its weights. Resumes where it was interrupted.')
    .option('--data <folder>', 'folder of train_zh.jsonl.gz, train_en.jsonl.gz and replay.jsonl.gz (default: ../shared/data beside the checkout)')
    .addOption(new Option('--model <name>', 'fast needs npm alone; accurate needs Python 3.9 to 3.12 and Maven, fetches what it lacks, and trains fast first where it is missing').choices(['fast', 'accurate']).default('fast'))
    .option('--out <folder>', 'where the weights go (default: the folder of the model in models/weights)')
    .option('--python <program>', 'Python 3.9 to 3.12, for accurate; packages that it lacks go into a Python of the working folder (default: python3)')
    .option('--work <folder>', 'what the steps of accurate make, so that they go on where they were stopped (default: data/accurate-training)')
    .option('--batches <count>', 'end each fine-tuning of accurate after so many batches: tries the chain in minutes, the model is worth nothing')
    .option('--with-corrections [source]', 'labels that people set, which weigh more than the rest, for fast: JSON lines, the URL of a server, or (without a value) what the data folder holds')
    .option('--workspace <name>', 'whose labels', DEFAULT_WORKSPACE)
    .option('--fresh', 'begin again although a checkpoint is there')
    .option('--json', 'one JSON object per line')
    .action(async (options: TrainOptions) => {
      const progress = new Progress(options.json === true);
      if (options.model === 'accurate') {
        const made = await trainAccurate({
          dataDir: options.data ?? defaultDataDir(),
          ...(options.out === undefined ? {} : { modelDir: options.out }),
          ...(options.work === undefined ? {} : { workDir: options.work }),
          ...(options.python === undefined ? {} : { python: options.python }),
          ...(options.batches === undefined ? {} : { batchesMax: readCount('--batches', options.batches) }),
        }, (event) => progress.show(event, { text: `${(event.done * 100).toFixed(0).padStart(3)} %  ${saidOnOneLine(event.message)}`, stays: event.message === event.stage }));
        progress.end();
        console.log(options.json ? JSON.stringify({ kind: 'summary', ...made }) : said(`the accurate model is in ${made.modelDir} after ${made.seconds.toFixed(0)} s; see how good it is: tocsin evaluate --model accurate`));
        return;
      }
      const learn = (corrections?: string): TrainResult => train(
        {
          ...(options.data === undefined ? {} : { dataDir: options.data }),
          ...(options.out === undefined ? {} : { modelDir: options.out }),
          ...(corrections === undefined ? {} : { corrections }),
          fresh: options.fresh === true,
        },
        (event) => progress.show(event, { text: `${(event.done * 100).toFixed(1).padStart(5)} %  ${saidOnOneLine(event.message)}`, stays: event.stage !== 'learn' }),
      );
      const result = options.withCorrections === undefined ? learn() : await withCorrections(options.withCorrections, options.workspace, (file, texts) => {
        if (texts === 0) throw new TocsinError('input_unreadable', 'Nobody has set a label there yet.');
        if (texts !== null) progress.show({ stage: 'prepare', done: 0, message: `${texts} labelled texts` }, { text: saidOnOneLine(`${texts} texts that people labelled`), stays: true });
        return learn(file);
      });
      progress.end();
      console.log(options.json ? JSON.stringify({ kind: 'summary', ...result }) : said(`${result.version} is in ${result.modelDir} after ${result.seconds.toFixed(0)} s; see how good it is: tocsin evaluate`));
    });
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Print how good the model is on held-out feedback, beside baselines on the same rows.')
    .option('--file <file>', 'JSON lines with text and label (default: the held-out rows of ../shared/data)')
    .option('--model <names>', 'folders of models/weights, with commas between (default: all that are there)')
    .option('--rows <count>', `at most so many held-out rows of each source, or all (default: all; ${SLOW_MODEL_ROWS} for a model of encoders)`)
    .option('--backend <name>', 'run the model on this TensorFlow.js backend (default: the best that works)')
    .option('--peers', 'measure snownlp and VADER on the same rows too, where python3 has them')
    .option('--json', 'one JSON object per line')
    .action(async (options: { file?: string; model?: string; rows?: string; backend?: string; peers?: boolean; json?: boolean }) => {
      const progress = new Progress(options.json === true);
      const baselines: EvaluateOptions['baselines'] = new Map();
      for (const model of options.model?.split(',') ?? listModels()) {
        const { text, ...figures } = await evaluate({
          model,
          baselines,
          ...(options.rows === undefined ? {} : { rowsMax: options.rows === 'all' ? Infinity : readCount('--rows', options.rows, ', or all') }),
          ...(options.file === undefined ? {} : { file: options.file }),
          ...(options.backend === undefined ? {} : { backend: options.backend }),
          ...(options.peers === true ? { peers: true } : {}),
        }, (event) => progress.show(event, { text: saidOnOneLine(event.message), stays: false }));
        progress.end();
        console.log(options.json ? JSON.stringify({ kind: 'summary', ...figures }) : said(text));
      }
    });
}

function readCount(option: string, value: string, otherwise = ''): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new TocsinError('invalid_request', `${option} is "${value}"; it must be a whole number from 1${otherwise}.`);
  return count;
}
