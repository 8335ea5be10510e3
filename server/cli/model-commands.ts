import { Command } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { evaluate } from '../../models/evaluate.ts';
import { train, type TrainResult } from '../../models/train.ts';
import { withCorrections } from './fetch-corrections.ts';
import { Progress } from './progress.ts';

export function trainCommand(): Command {
  return new Command('train')
    .description('Train the model from labelled feedback and write its weights. Resumes where it was interrupted.')
    .option('--data <folder>', 'folder of train_zh.jsonl.gz, train_en.jsonl.gz and replay.jsonl.gz (default: ../shared/data beside the checkout)')
    .option('--out <folder>', 'where the weights go (default: models/weights/fast)')
    .option('--with-corrections [source]', 'labels that people set, which weigh more than the rest: JSON lines, the URL of a server, or (without a value) what the data folder holds')
    .option('--workspace <name>', 'whose labels', DEFAULT_WORKSPACE)
    .option('--fresh', 'begin again although a checkpoint is there')
    .option('--json', 'one JSON object per line')
    .action(async (options: { data?: string; out?: string; withCorrections?: string | true; workspace: string; fresh?: boolean; json?: boolean }) => {
      const progress = new Progress(options.json === true);
      const learn = (corrections?: string): TrainResult => train(
        {
          ...(options.data === undefined ? {} : { dataDir: options.data }),
          ...(options.out === undefined ? {} : { modelDir: options.out }),
          ...(corrections === undefined ? {} : { corrections }),
          fresh: options.fresh === true,
        },
        (event) => progress.show(event, { text: `${(event.done * 100).toFixed(1).padStart(5)} %  ${event.message}`, stays: event.stage !== 'learn' }),
      );
      const result = options.withCorrections === undefined ? learn() : await withCorrections(options.withCorrections, options.workspace, (file, texts) => {
        if (texts === 0) throw new TocsinError('input_unreadable', 'Nobody has set a label there yet.');
        if (texts !== null) progress.show({ stage: 'prepare', done: 0, message: `${texts} labelled texts` }, { text: `${texts} texts that people labelled`, stays: true });
        return learn(file);
      });
      progress.end();
      console.log(options.json ? JSON.stringify({ kind: 'summary', ...result }) : `${result.version} is in ${result.modelDir} after ${result.seconds.toFixed(0)} s; see how good it is: tocsin evaluate`);
    });
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Print how good the model is on held-out feedback, beside baselines on the same rows.')
    .option('--file <file>', 'JSON lines with text and label (default: the held-out rows of ../shared/data)')
    .option('--model <name>', 'a folder of models/weights (default: fast)')
    .option('--backend <name>', 'run the model on this TensorFlow.js backend (default: the best that works)')
    .option('--peers', 'measure snownlp and VADER on the same rows too, where python3 has them')
    .option('--json', 'one JSON object per line')
    .action(async (options: { file?: string; model?: string; backend?: string; peers?: boolean; json?: boolean }) => {
      const progress = new Progress(options.json === true);
      const { text, ...figures } = await evaluate({
        ...(options.file === undefined ? {} : { file: options.file }),
        ...(options.model === undefined ? {} : { model: options.model }),
        ...(options.backend === undefined ? {} : { backend: options.backend }),
        ...(options.peers === true ? { peers: true } : {}),
      }, (event) => progress.show(event, { text: event.message, stays: false }));
      progress.end();
      console.log(options.json ? JSON.stringify({ kind: 'summary', ...figures }) : text);
    });
}
