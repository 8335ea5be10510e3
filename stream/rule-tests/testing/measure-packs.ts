import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { ScoredItem } from '../../../core/frame.ts';
import { loadScorer } from '../../../models/scorer.ts';
import { defaultDataDir } from '../../../models/train.ts';
import { nextHourMs, trafficAt } from '../../../server/play/time-profile.ts';
import { checkRuleFiles } from '../../../server/rules/read-rule-files.ts';
import { Backtester } from '../../backtest/backtester.ts';

// Pages a week of each pack's rules over the replay texts, scored by the model and laid out over weeks as a shop's customers write.
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/rule-tests/testing/measure-packs.ts [weeks] [lines at most]
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const ZONE_OFFSET_MS = 8 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 1, 16);
const CHANNELS = ['app', 'web', 'chat', 'phone', 'store'] as const;
const TIERS = [...Array<string>(49).fill('普通会员'), '钻石会员'];

const weeks = Number(process.argv[2] ?? '4');
const lines = gunzipSync(readFileSync(join(defaultDataDir(), 'replay.jsonl.gz'))).toString('utf8').split('\n').filter((line) => line !== '').slice(0, Number(process.argv[3] ?? '1000000'));
const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text);
const scorer = await loadScorer({});
const scores = await scorer.score(texts.map((text) => ({ text })));
scorer.dispose();

/** Times over the weeks, dense where a shop's customers write much. */
function timesOf(count: number): number[] {
  const perMs = count / (weeks * WEEK_MS);
  const times: number[] = [];
  let atMs = START_MS;
  while (times.length < count) {
    times.push(Math.floor(atMs));
    const stepMs = 1 / (perMs * trafficAt(atMs, ZONE_OFFSET_MS));
    const hourMs = nextHourMs(atMs, ZONE_OFFSET_MS);
    atMs = atMs + stepMs <= hourMs ? atMs + stepMs : hourMs + 1;
  }
  return times;
}

const times = timesOf(texts.length);
const items: ScoredItem[] = texts.map((text, at) => {
  const createdAtMs = times[at]!;
  // Not what the texts say, but as many customers, stores and tiers as a middle-sized chain has.
  const who = (at * 2_654_435_761) % 9_973;
  return {
    item: {
      id: `r${at}`, idGiven: false, workspace: 'default', text, channel: CHANNELS[who % CHANNELS.length]!, createdAtMs, receivedAtMs: createdAtMs,
      customer: { id: `c${who}`, tier: TIERS[who % TIERS.length]! }, store: `s${who % 40}`, product: `p${who % 300}`,
    },
    score: scores[at]!,
  };
});

const folder = fileURLToPath(new URL('../../../alerts/rules/packs/', import.meta.url));
const untilMs = times.at(-1)! + 1;
// The first week teaches what is normal; pages are counted after it.
const fromMs = START_MS + WEEK_MS;
console.log(JSON.stringify({ items: items.length, days: weeks * 7, complaints: scores.filter(({ complaint }) => complaint).length, perDay: Math.round(items.length / weeks / 7) }));
for (const pack of ['retail', 'app', 'service']) {
  const { rules } = await checkRuleFiles([join(folder, `${pack}.yaml`)]);
  const tester = new Backtester({ rules, fromMs, toMs: untilMs, latenessMaxMs: 48 * HOUR_MS }, START_MS);
  tester.feed(items, 'created');
  const { summary } = tester.finish();
  const countedWeeks = (untilMs - fromMs) / WEEK_MS;
  for (const { id, kind } of rules) console.log(JSON.stringify({ pack, rule: id, kind, alerts: summary.byRule[id] ?? 0, pagesPerWeek: Number(((summary.byRule[id] ?? 0) / countedWeeks).toFixed(2)) }));
  console.log(JSON.stringify({ pack, alertsPerWeek: summary.alertsPerWeek, mostInOneHour: summary.mostAlertsInOneHour }));
}
