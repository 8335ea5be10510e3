import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { judge, told, type Figure } from './figures.ts';
import { makeFragments, writeFragments } from './fragments.ts';
import { checkLedger, Ledger } from './ledger.ts';
import { describeRun, type About } from './machine.ts';
import type { Marker } from './markers.ts';
import type { ReportData } from './report.ts';
import { comparePeers } from './peers.ts';
import { processorsTogether } from './processors-together.ts';
import { SCENARIO_NAMES } from './scenario-names.ts';
import { SCENARIOS, scenariosOf } from './scenarios/all.ts';
import type { Context, Reference } from './scenarios/context.ts';
import { measureReference } from './scenarios/reference.ts';
import { readStages, stageFigures } from './stages.ts';
import { Subject } from './subject.ts';

const IDLE_MB_MAX = 700;
/** No scenario begins later, so that a run ends in bounded time on a machine that is too busy for it. */
const BEGUN_WITHIN_MS = { smoke: 240_000, quick: 100_000, full: 900_000 } as const;

export interface RunParts {
  command: Command;
  k6: string;
  /** Settings of the server beside its own, such as a test's. */
  env?: Record<string, string>;
  say(line: string): void;
  onFigures(figures: readonly Figure[]): void;
}

export interface Ran extends ReportData {
  about: About;
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
    const common = { k6, size: command.size, fragmentsFile, idPrefix: `lt${Date.now().toString(36)}x`, ledger: new Ledger(), soakMinutes: command.soakMinutes, say };
    say(`texts: ${fragments.origin}, ${fragments.bytesMean} bytes an item`);
    keep([told('all processors at once, against one alone', await processorsTogether(), '×')]);
    if (command.peers === 'with-peers') keep(await comparePeers({ fragments, folder, say }));
    say('starting the server');
    subject = await Subject.start(env);
    keep(await idleFigures(subject));
    await subject.warm(fragments.all);
    let reference: Reference | undefined;
    const context: Context = {
      ...common, subject, reference,
      keepSamples: (title, all) => void samples.push({ title, samples: all }),
      keepMarkers: (title, all) => void markers.push({ title, markers: all }),
    };
    const leftOut: string[] = [];
    for (const name of SCENARIO_NAMES.filter((each) => wanted.includes(each))) {
      if (command.soakMinutes === 0 && Date.now() > startedMs + BEGUN_WITHIN_MS[command.size]) {
        leftOut.push(name);
        continue;
      }
      const scenario = SCENARIOS[name];
      if (name === 'reference') {
        say(`— ${name} —`);
        const measured = await measureReference(context);
        context.reference = measured.reference;
        keep(measured.figures);
      } else if (scenario !== undefined) {
        say(`— ${name} —`);
        keep(await scenario(context));
      }
    }
    if (leftOut.length > 0) say(`no time was left for ${leftOut.join(', ')}: name them with --only`);
    keep([judge(told('scenarios left out because the run took too long', leftOut.length, 'scenarios'), 'exactly', 0)]);
    say('— is everything there, once —');
    keep(await checkLedger(subject, common.ledger, common.idPrefix));
    for (const complaint of common.ledger.complaints.slice(0, 10)) say(complaint);
    const stages = await readStages(subject.server.dataDir, markers.find(({ title }) => title.startsWith('single'))?.markers ?? []);
    keep(stageFigures(stages));
    return {
      about, figures, samples, stages,
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
