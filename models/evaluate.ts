import type { EvaluationReport } from './evaluation/evaluation-report.ts';
import { readJsonLines, readDataset, toRow } from './training/dataset.ts';
import type { Row } from './training/dataset.ts';
import { splitRows } from './training/split.ts';
import type { Part } from './training/split.ts';
import { answerOfRules, answerOfScore, labelledTable } from './evaluation/labelled-tables.ts';
import { readLabelledSample } from './evaluation/labelled-sample.ts';
import { isPairSource, majorityOf, negativeRecall, sentimentTable, trainLinear } from './evaluation/sentiment-tables.ts';
import type { Judged, SentimentTable } from './evaluation/sentiment-tables.ts';
import type { LinearBaseline } from './evaluation/linear-baseline.ts';
import { judgeRatingConflicts } from './evaluation/rating-conflicts.ts';
import { renderReport } from './evaluation/render-report.ts';
import { defaultDataDir } from './train.ts';
import { kindOf } from './model-kind.ts';
import { resolveModelDir } from './package-root.ts';
import { loadScorer } from './scorer.ts';
import type { Scorer } from './scorer.ts';

export interface EvaluateOptions {
  /** JSON lines (.gz too) with `text` and `label`; the held-out rows of the training data when absent. */
  file?: string;
  dataDir?: string;
  /** A folder of models/weights by its name. */
  model?: string;
  modelDir?: string;
  backend?: string;
  /** At most so many held-out rows of each source, evenly spread over it; all when absent, SLOW_MODEL_ROWS for encoders. */
  rowsMax?: number;
  /** Linear baselines by source, so that a second model does not train them again. */
  baselines?: Map<string, LinearBaseline | null>;
  /** Asks snownlp and VADER too, where python3 has them; slow. */
  peers?: boolean;
}

export interface EvaluateProgress {
  stage: 'load' | 'score' | 'table';
  message: string;
}

/** A model of encoders reads some twenty texts a second on one core; all rows would take it a quarter of an hour and more. */
export const SLOW_MODEL_ROWS = 300;

const SCORE_CHUNK = 1_024;
/** A source with fewer held-out rows is shown with others of its kind only in the totals. */
const SOURCE_ROWS_MIN = 100;

async function judge(scorer: Scorer, rows: readonly Row[], report: (progress: EvaluateProgress) => void): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (let from = 0; from < rows.length; from += SCORE_CHUNK) {
    const chunk = rows.slice(from, from + SCORE_CHUNK);
    const scores = await scorer.score(chunk.map(({ text }) => ({ text })));
    chunk.forEach((row, at) => {
      const score = scores[at];
      if (score !== undefined) judged.push({ row, score });
    });
    if (from > 0 && from % (SCORE_CHUNK * 8) === 0) report({ stage: 'score', message: `${from} of ${rows.length} texts scored` });
  }
  return judged;
}

function bySource(judged: readonly Judged[]): Map<string, Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const each of judged) {
    const group = groups.get(each.row.source);
    if (group === undefined) groups.set(each.row.source, [each]);
    else group.push(each);
  }
  return groups;
}

/** At most `max` rows of each source, evenly spread over it. */
function thin(rows: readonly Row[], max: number): Row[] {
  const counts = new Map<string, number>();
  for (const { source } of rows) counts.set(source, (counts.get(source) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.filter(({ source }) => {
    const at = seen.get(source) ?? 0;
    seen.set(source, at + 1);
    const share = Math.min(1, max / (counts.get(source) ?? 1));
    return Math.floor((at + 1) * share) > Math.floor(at * share);
  });
}

interface TablesInput {
  part: Part;
  judged: readonly Judged[];
  training: ReadonlyMap<string, Row[]>;
  linear: Map<string, LinearBaseline | null>;
  peers: boolean;
}

function tablesOf(input: TablesInput, report: (progress: EvaluateProgress) => void): SentimentTable[] {
  const tables: SentimentTable[] = [];
  for (const [source, all] of bySource(input.judged)) {
    const isPair = input.part === 'unseen' || isPairSource(source);
    const judged = input.part === 'unseen' ? all.filter(({ row }) => row.sentiment !== 'neutral') : all;
    if (judged.length < SOURCE_ROWS_MIN) continue;
    report({ stage: 'table', message: `${input.part} ${source}: ${judged.length} texts, training the linear baseline` });
    const rows = input.training.get(source) ?? [];
    let linear = input.linear.get(source);
    if (linear === undefined) {
      linear = trainLinear(rows);
      input.linear.set(source, linear);
    }
    const peer = linear;
    tables.push(sentimentTable({ name: `${input.part} ${source}`, judged, isPair, linear: peer === null ? null : (row) => peer.predict(row.text), peers: input.peers, majority: majorityOf(rows, isPair) }));
  }
  return tables;
}

/** All feedback of a language, each row by its own source's classes and linear peer. */
function languageTables(judged: readonly Judged[], training: ReadonlyMap<string, Row[]>, linear: ReadonlyMap<string, LinearBaseline | null>): SentimentTable[] {
  return (['zh', 'en'] as const).flatMap((language) => {
    const mine = judged.filter(({ row }) => row.language === language);
    const rows = [...training].filter(([source]) => FEEDBACK_SOURCES.has(source)).flatMap(([, each]) => each.filter((row) => row.language === language));
    const majority = majorityOf(rows, false);
    const say = (row: Row): number => linear.get(row.source)?.predict(row.text) ?? majority;
    return mine.length === 0 ? [] : [sentimentTable({ name: `test, all feedback, ${language}`, judged: mine, isPair: (row) => isPairSource(row.source), linear: say, peers: false, majority })];
  });
}

function fileTables(judged: readonly Judged[], peers: boolean): SentimentTable[] {
  return [...bySource(judged)].map(([source, group]) => {
    const rows = group.map(({ row }) => row);
    const isPair = rows.every((row) => row.sentiment !== 'neutral');
    return sentimentTable({ name: source === '' ? 'file' : `file ${source}`, judged: group, isPair, linear: null, peers, majority: majorityOf(rows, isPair) });
  });
}

/** Held-out rows of feedback with an opinion; tweets and film reviews are none. */
const FEEDBACK_SOURCES = new Set(['online_shopping_10_cats', 'waimai_10k', 'jd_laptop', 'appstore_zh_stars', 'zh_restaurant_opinion', 'aichallenger2018_sample', 'twitter_us_airline', 'amazon_polarity10k', 'acos_quads']);

async function heldOut(scorer: Scorer, options: EvaluateOptions, report: (progress: EvaluateProgress) => void): Promise<Pick<EvaluationReport, 'sentiment' | 'negatives'>> {
  const { labelled } = readDataset(options.dataDir ?? defaultDataDir());
  report({ stage: 'load', message: `${labelled.length} labelled texts, splitting` });
  const parts = splitRows(labelled);
  const training = new Map<string, Row[]>();
  labelled.forEach((row, at) => {
    if (parts[at] !== 'train') return;
    const group = training.get(row.source);
    if (group === undefined) training.set(row.source, [row]);
    else group.push(row);
  });
  const linear = options.baselines ?? new Map<string, LinearBaseline | null>();
  const rowsMax = options.rowsMax ?? Infinity;
  const sentiment: SentimentTable[] = [];
  const feedback: Judged[] = [];
  for (const part of ['test', 'unseen'] as const) {
    const rows = thin(labelled.filter((row, at) => parts[at] === part && row.sentiment !== null), rowsMax);
    const judged = await judge(scorer, rows, report);
    if (part === 'test') feedback.push(...judged.filter(({ row }) => FEEDBACK_SOURCES.has(row.source)));
    sentiment.push(...tablesOf({ part, judged, training, linear, peers: options.peers === true }, report));
  }
  sentiment.push(...languageTables(feedback, training, linear));
  const negatives = [
    { name: 'test, all feedback', figures: negativeRecall(feedback) },
    ...(['zh', 'en'] as const).map((language) => ({ name: `test, ${language}`, figures: negativeRecall(feedback.filter(({ row }) => row.language === language)) })),
  ];
  return { sentiment, negatives };
}

async function judgeLabelled(scorer: Scorer): Promise<EvaluationReport['labelled']> {
  const sample = readLabelledSample();
  const groups = [{ file: 'all', items: sample.flatMap(({ items }) => items) }, ...sample];
  const tables: EvaluationReport['labelled'] = [];
  for (const { file, items } of groups) {
    const scores = await scorer.score(items.map(({ text }) => ({ text })));
    tables.push({ name: file, model: labelledTable(items, scores.map(answerOfScore)), rules: labelledTable(items, answerOfRules(items)) });
  }
  return tables;
}

/** The report of any scorer: on the held-out rows beside baselines on the very same rows, and on the hand-labelled sample; with `file` on its rows alone. */
export async function evaluateScorer(scorer: Scorer, options: Omit<EvaluateOptions, 'model' | 'modelDir' | 'backend'>, report: (progress: EvaluateProgress) => void): Promise<EvaluationReport> {
  const measured = options.file === undefined
    ? await heldOut(scorer, options, report)
    : await judge(scorer, readJsonLines(options.file).map(toRow).filter((row) => row !== null && row.sentiment !== null) as Row[], report)
      .then((judged) => ({ sentiment: fileTables(judged, options.peers === true), negatives: [{ name: 'file', figures: negativeRecall(judged) }] }));
  const result = {
    model: scorer.version,
    backend: scorer.backend,
    ...measured,
    labelled: options.file === undefined ? await judgeLabelled(scorer) : [],
    ...(options.file === undefined ? { ratingConflicts: await judgeRatingConflicts(scorer, readLabelledSample().flatMap(({ items }) => items)) } : {}),
  };
  return { ...result, text: renderReport(result) };
}

/** Measures a model as it is served. Throws `input_unreadable` and what loadScorer throws. */
export async function evaluate(options: EvaluateOptions, report: (progress: EvaluateProgress) => void): Promise<EvaluationReport> {
  const scorer = await loadScorer({ model: options.model, modelDir: options.modelDir, backend: options.backend });
  try {
    report({ stage: 'load', message: `model ${scorer.version}, ${scorer.backend}` });
    const slow = options.rowsMax === undefined && options.file === undefined && kindOf(resolveModelDir(options)) === 'encoders';
    return await evaluateScorer(scorer, { ...options, ...(slow ? { rowsMax: SLOW_MODEL_ROWS } : {}) }, report);
  } finally {
    scorer.dispose();
  }
}
