import type { ScoredItem } from '../../core/frame.ts';
import { loadScorer } from '../../models/scorer.ts';
import { createGenerator } from '../../server/play/generator.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';
import { checkRuleFiles } from '../../server/rules/read-rule-files.ts';
import { Backtester } from '../../stream/backtest/backtester.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import { judgePacks } from './packs/judge-packs.ts';
import { DAYS_MIN, layOut } from './packs/lay-out.ts';
import { packFiles } from './packs/pack-files.ts';
import { PLANTS } from './packs/plants.ts';
import { readRealTexts } from './texts/real-texts.ts';

/**
 * The built-in rule packs over weeks of replayed texts with surges planted among them: alerts a day that no surge explains, how many of the
 * surges are found, and how long after their beginning. With the folder of public data beside the checkout the texts are real (and unlabelled: an alert that
 * nobody planted may be a true one); without it they are the generator's.
 */

const BATCH = 256;
const MADE_TEXTS = 40_000;
/** Unplanned pages of one pack that a person on call would put up with. */
const FALSE_A_DAY_MAX = 1;
const FOUND_SHARE_MIN = 0.95;

async function readTexts(): Promise<{ texts: string[]; origin: string }> {
  const real = readRealTexts();
  if (real !== null) return { texts: real, origin: 'texts of replay.jsonl.gz' };
  const generator = createGenerator({ seed: 7, data: await loadSampleData(samplesFolder()) });
  return { texts: Array.from({ length: MADE_TEXTS }, () => generator.nextLabelled(0).item.text), origin: 'made-up texts' };
}

async function score(texts: readonly string[]): Promise<{ scores: ScoredItem['score'][]; model: string }> {
  const scorer = await loadScorer();
  const scores: ScoredItem['score'][] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    scores.push(...(await scorer.score(texts.slice(from, from + BATCH).map((text) => ({ text })))));
    if (process.stderr.isTTY) process.stderr.write(`\rscored ${scores.length.toLocaleString('en')} of ${texts.length.toLocaleString('en')}`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  scorer.dispose();
  return { scores, model: scorer.version };
}

const command = benchmark('packs')
  .option('--a-day <n>', 'items of ordinary traffic a day', wholeNumber, 500)
  .option('--seed <n>', 'what the days are drawn by', wholeNumber, 1)
  .option('--texts <n>', 'only the first n texts', wholeNumber)
  .parse();
const options = command.opts<{ aDay: number; seed: number; texts?: number; json: boolean }>();
const { texts, origin } = await readTexts();
const used = texts.slice(0, options.texts);
if (used.length < DAYS_MIN * options.aDay) command.error(`${used.length} texts are too few: ${DAYS_MIN} days of ${options.aDay} are needed, ${DAYS_MIN * options.aDay} texts`);
const said = [...new Set(PLANTS.flatMap(({ of }) => (typeof of === 'object' && 'words' in of ? of.words : [])))];
const { scores, model } = await score([...used, ...said]);
const laid = layOut(used.map((text, at) => ({ text, score: scores[at]! })), { aDay: options.aDay, seed: options.seed, plants: PLANTS, words: new Map(said.map((text, at) => [text, scores[used.length + at]!])) });
const emit = (result: { name: string; value: number; unit: string; target?: number; met?: boolean; detail?: string }): void =>
  console.log(options.json ? JSON.stringify(result) : `${result.name}: ${result.value} ${result.unit}${result.target === undefined ? '' : ` (target ${result.target}${result.met === true ? '' : ', not met'})`}${result.detail === undefined ? '' : `  ${result.detail}`}`);
for (const [pack, files] of packFiles()) {
  const { rules, problems } = await checkRuleFiles(files);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const span = { fromMs: laid.fromMs, toMs: laid.toMs };
  const tester = new Backtester({ rules, ...span, latenessMaxMs: 0 }, laid.startMs);
  tester.feed(laid.items, 'created');
  const { alerts } = tester.finish();
  const judged = judgePacks(alerts, laid, new Set(rules.map(({ id }) => id)));
  const about = `${laid.days} days of ${options.aDay} items, ${origin}, ${model}`;
  emit({ name: `packs ${pack}: alerts that no surge explains`, value: judged.unexplainedADay, unit: 'a day', target: FALSE_A_DAY_MAX, met: judged.unexplainedADay <= FALSE_A_DAY_MAX, detail: about });
  for (const [rule, aDay] of judged.unexplainedByRule) emit({ name: `packs ${pack} ${rule}: alerts that no surge explains`, value: aDay, unit: 'a day' });
  emit({ name: `packs ${pack}: surges found`, value: judged.foundShare, unit: 'share', target: FOUND_SHARE_MIN, met: judged.foundShare >= FOUND_SHARE_MIN, detail: `${judged.found} of ${judged.planted}` });
  for (const { name, found, planted, medianDelayMinutes, itemsUntil } of judged.byPlant) {
    emit({ name: `packs ${pack} ${name}: median delay`, value: medianDelayMinutes, unit: 'min', detail: `${found} of ${planted} found; ${itemsUntil} of its items had come` });
  }
}
