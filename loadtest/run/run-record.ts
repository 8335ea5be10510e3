import type { Figure } from './figures.ts';
import type { Marker } from './marker.ts';
import type { ReportData } from './report/report.ts';
import type { ScenarioRun } from './verdicts.ts';

export interface RunRecordParts {
  say(line: string): void;
  onFigures(figures: readonly Figure[]): void;
  /** The last words of what was measured, for a scenario that broke; undefined before it was started. */
  tail(): string | undefined;
}

/** What a run has come to so far. */
export class RunRecord {
  readonly figures: Figure[] = [];
  readonly samples: { title: string; samples: ReportData['samples'][number]['samples'] }[] = [];
  readonly markers: { title: string; markers: readonly Marker[] }[] = [];
  readonly runs: ScenarioRun[] = [];
  readonly #parts: RunRecordParts;

  constructor(parts: RunRecordParts) {
    this.#parts = parts;
  }

  keep(more: readonly Figure[]): void {
    this.figures.push(...more);
    this.#parts.onFigures(more);
  }

  /** It was asked for and not begun. */
  leaveOut(name: string): void {
    this.runs.push({ name });
  }

  /** Keeps the figures of one scenario and how long it took; one that breaks is noted as broken, and the run goes on. */
  async time(name: string, work: () => Promise<Figure[]>): Promise<void> {
    const { say, tail } = this.#parts;
    say(`— ${name} —`);
    const beganMs = Date.now();
    let broke: string | undefined;
    try {
      this.keep((await work()).map((figure) => ({ ...figure, scenario: figure.scenario ?? name })));
    } catch (error) {
      broke = (error as Error).message.split('\n')[0] ?? '';
      for (const words of [(error as Error).stack ?? broke, tail()]) if (words !== undefined) say(words);
    }
    this.runs.push({ name, seconds: (Date.now() - beganMs) / 1_000, ...(broke === undefined ? {} : { broke }) });
  }

  /** Latencies of each marker, for the report. */
  points(): ReportData['markers'] {
    return this.markers.map(({ title, markers }) => ({ title, points: markers.map(({ sentAtMs, seenAtMs }) => ({
      atMs: sentAtMs, webhookMs: seenAtMs.webhook === undefined ? null : seenAtMs.webhook - sentAtMs, wallMs: seenAtMs.wall === undefined ? null : seenAtMs.wall - sentAtMs,
    })) }));
  }
}
