import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { judge, told, type Figure } from './figures.ts';
import { makeFragments, writeFragments } from './fragments.ts';
import { checkLedger, Ledger } from './ledger.ts';
import { describeRun, type About } from './machine.ts';
import type { Marker } from './markers.ts';
import type { ReportData } from './report/report.ts';
import type { ScenarioRun } from './verdicts.ts';
import { comparePeers } from './peers.ts';
import { processorsTogether } from './processors-together.ts';
import { SCENARIO_NAMES } from './scenario-names.ts';
import { SCENARIOS, scenariosOf } from './scenarios/all.ts';
import type { Context, Reference } from './scenarios/context.ts';
import { measureReference } from './scenarios/reference.ts';
import { stageMetricFigures } from './stage-metrics.ts';
import { readStages, stageFigures } from './stages.ts';
import { Subject } from './subject.ts';

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
export async function runScenarios({ command, k6, env = {}, say, onFigures }: RunParts): Promise<Ran> {
  const startedMs = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-loadtest-'));
  const figures: Figure[] = [];
  const keep = (more: readonly Figure[]): void => {
    figures.push(...more);
    onFigures(more);
  };
  const samples: { title: string; samples: ReportData['samples'][number]['samples'] }[] = [];
  const markers: { title: string; markers: readonly Marker[] }[] = [];
  let subject: Subject | undefined;
  try {
    const fragments = await makeFragments();
    const about = describeRun({ k6, texts: fragments.origin });
    const fragmentsFile = join(folder, 'fragments.json');
    await writeFragments(fragmentsFile, fragments.all);
    const wanted = scenariosOf(command.size, command.only);
    const common = { k6, size: command.size, fragmentsFile, idPrefix: `lt${Date.now().toString(36)}x`, ledger: new Ledger(), soakMinutes: command.soakMinutes, soakPerSecond: command.soakPerSecond, say };
    say(`texts: ${fragments.origin}, ${fragments.bytesMean} bytes an item`);
    keep([told('all processors at once, against one alone', await processorsTogether(), '×')]);
    const runs: ScenarioRun[] = [];
    const timed = async (name: string, work: () => Promise<Figure[]>): Promise<void> => {
      say(`— ${name} —`);
      const beganMs = Date.now();
      let broke: string | undefined;
      try {
        keep((await work()).map((figure) => ({ ...figure, scenario: figure.scenario ?? name })));
      } catch (error) {
        broke = (error as Error).message.split('\n')[0] ?? '';
        say((error as Error).stack ?? broke);
        if (subject !== undefined) say(subject.server.tail());
      }
      runs.push({ name, seconds: (Date.now() - beganMs) / 1_000, ...(broke === undefined ? {} : { broke }) });
    };
    if (command.peers === 'with-peers') await timed('peers', async () => await comparePeers({ fragments, folder, say }));
    say('starting the server');
    subject = await Subject.start({ ...(command.soakMinutes > 0 ? { TOCSIN_DUPLICATES_ITEMS_MAX: SOAK_TEXTS } : {}), ...env }, command.soakMinutes > 0 ? 'heap-told' : 'heap-not-told');
    keep(await idleFigures(subject));
    await subject.warm(fragments.all);
    let reference: Reference | undefined;
    const context: Context = {
      ...common, subject, reference, scenario: 'reference',
      keepSamples: (title, all) => void samples.push({ title, samples: all }),
      keepMarkers: (title, all) => void markers.push({ title, markers: all }),
    };
    for (const name of SCENARIO_NAMES.filter((each) => wanted.includes(each))) {
      if (command.soakMinutes === 0 && command.only.length === 0 && Date.now() > startedMs + BEGUN_WITHIN_MS[command.size]) {
        runs.push({ name });
        continue;
      }
      context.scenario = name;
      await timed(name, async () => {
        if (name !== 'reference') return await SCENARIOS[name](context);
        const measured = await measureReference(context);
        context.reference = measured.reference;
        return measured.figures;
      });
    }
    const { server } = subject;
    const metricsText = await fetch(`${server.url}/metrics`).then((answer) => answer.text(), () => '');
    await timed(CHECKED, async () => await checkLedger({ server, url: server.url }, common.ledger, common.idPrefix));
    for (const complaint of common.ledger.complaints.slice(0, 10)) say(complaint);
    await server.stop();
    const stages = await readStages(server.dataDir, markers.find(({ title }) => title.startsWith('single'))?.markers ?? []);
    keep([...stageFigures(stages), ...stageMetricFigures(metricsText)]);
    return {
      about, figures, samples, stages, runs,
      markers: markers.map(({ title, markers: all }) => ({ title, points: all.map(({ sentAtMs, seenAtMs }) => ({
        atMs: sentAtMs, webhookMs: seenAtMs.webhook === undefined ? null : seenAtMs.webhook - sentAtMs, wallMs: seenAtMs.wall === undefined ? null : seenAtMs.wall - sentAtMs,
      })) })),
    };
  } catch (error) {
    if (subject !== undefined) say(subject.server.tail());
    throw error;
  } finally {
    await subject?.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function idleFigures(subject: Subject): Promise<Figure[]> {
  const usage = await subject.usage();
  return usage === null ? [] : [judge(told('memory at rest, with model, store and nats-server', Math.round(usage.residentBytes / 1e6), 'MB'), 'at-most', IDLE_MB_MAX)];
}
