import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { judge, told, type Figure } from './figures.ts';
import { makeFragments, writeFragments } from './fragments.ts';
import { checkLedger, Ledger } from './ledger.ts';
import { describeRun, type About } from './machine.ts';
import type { ReportData } from './report/report.ts';
import { comparePeers } from './peers.ts';
import { processorsTogether } from './processors-together.ts';
import { RunRecord } from './run-record.ts';
import { SCENARIO_NAMES } from './scenario-names.ts';
import { SCENARIOS, scenariosOf } from './scenarios/all.ts';
import type { Context } from './scenarios/context.ts';
import { measureReference } from './scenarios/reference.ts';
import { stageMetricFigures } from './stage-metrics.ts';
import { readStages, stageFigures, type StageReport } from './stages.ts';
import { Subject } from './subject.ts';
import type { ScenarioRun } from './verdicts.ts';

const IDLE_MB_MAX = 700;
/** No scenario begins later, so that a run ends in bounded time on a machine that is too busy for it. */
const BEGUN_WITHIN_MS = { smoke: 240_000, quick: 105_000, full: 1_200_000 } as const;
/** Texts that the server of a soak remembers: few, so that this memory is full before its slope is taken. */
const SOAK_TEXTS = '65536';
const CHECKED = 'everything there once';

export interface RunParts {
  command: Command;
  k6: string;
  /** Settings of the server beside its own, such as a test's. */
  env?: Record<string, string>;
  say(line: string): void;
  onFigures(figures: readonly Figure[]): void;
}

export interface Ran extends Omit<ReportData, 'verdicts'> {
  about: About;
  /** Each scenario that was asked for, in its order. */
  runs: readonly ScenarioRun[];
}

/** One run from the start of the server to the end of its store. @throws Error when the run itself breaks */
export async function runScenarios(parts: RunParts): Promise<Ran> {
  const { command, k6, say } = parts;
  const startedMs = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-loadtest-'));
  let subject: Subject | undefined;
  const record = new RunRecord({ ...parts, tail: () => subject?.server.tail() });
  try {
    const fragments = await makeFragments();
    const about = describeRun({ k6, texts: fragments.origin });
    const fragmentsFile = join(folder, 'fragments.json');
    await writeFragments(fragmentsFile, fragments.all);
    say(`texts: ${fragments.origin}, ${fragments.bytesMean} bytes an item`);
    record.keep([told('all processors at once, against one alone', await processorsTogether(), '×')]);
    if (command.peers === 'with-peers') await record.time('peers', async () => await comparePeers({ fragments, folder, say }));
    say('starting the server');
    subject = await startSubject(parts);
    record.keep(await idleFigures(subject));
    await subject.warm(fragments.all);
    const context: Context = {
      k6, size: command.size, fragmentsFile, idPrefix: `lt${startedMs.toString(36)}x`, ledger: new Ledger(), soakMinutes: command.soakMinutes, soakPerSecond: command.soakPerSecond, say,
      subject, reference: undefined, scenario: 'reference',
      keepSamples: (title, samples) => void record.samples.push({ title, samples }),
      keepMarkers: (title, markers) => void record.markers.push({ title, markers }),
    };
    await runWanted(command, { context, record, startedMs });
    const stages = await endAndCheck(subject, context, record);
    const { figures, samples, runs } = record;
    return { about, figures, samples, stages, runs, markers: record.points() };
  } catch (error) {
    if (subject !== undefined) say(subject.server.tail());
    throw error;
  } finally {
    await subject?.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startSubject({ command, env = {} }: RunParts): Promise<Subject> {
  const isSoak = command.soakMinutes > 0;
  return await Subject.start({ ...(isSoak ? { TOCSIN_DUPLICATES_ITEMS_MAX: SOAK_TEXTS } : {}), ...env }, isSoak ? 'heap-told' : 'heap-not-told');
}

/** Each scenario that is wanted, in its order; the reference is there for those after it. */
async function runWanted({ size, only, soakMinutes }: Command, { context, record, startedMs }: { context: Context; record: RunRecord; startedMs: number }): Promise<void> {
  const wanted = scenariosOf(size, only);
  const isBounded = soakMinutes === 0 && only.length === 0;
  for (const name of SCENARIO_NAMES.filter((each) => wanted.includes(each))) {
    if (isBounded && Date.now() > startedMs + BEGUN_WITHIN_MS[size]) {
      record.leaveOut(name);
      continue;
    }
    context.scenario = name;
    await record.time(name, async () => {
      if (name !== 'reference') return await SCENARIOS[name](context);
      const measured = await measureReference(context);
      context.reference = measured.reference;
      return measured.figures;
    });
  }
}

/** Holds what the clients were told against the store, stops the server and reads from its logs how long each stage took. */
async function endAndCheck({ server }: Subject, { ledger, idPrefix, say }: Context, record: RunRecord): Promise<StageReport> {
  const metricsText = await fetch(`${server.url}/metrics`).then((answer) => answer.text(), () => '');
  await record.time(CHECKED, async () => await checkLedger({ server, url: server.url }, ledger, idPrefix));
  for (const complaint of ledger.complaints.slice(0, 10)) say(complaint);
  await server.stop();
  const stages = await readStages(server.dataDir, record.markers.find(({ title }) => title.startsWith('single'))?.markers ?? []);
  record.keep([...stageFigures(stages), ...stageMetricFigures(metricsText)]);
  return stages;
}

async function idleFigures(subject: Subject): Promise<Figure[]> {
  const usage = await subject.usage();
  return usage === null ? [] : [judge(told('memory at rest, with model, store and nats-server', Math.round(usage.residentBytes / 1e6), 'MB'), 'at-most', IDLE_MB_MAX)];
}
