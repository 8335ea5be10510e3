import { describe, expect, it } from 'vitest';
import { runClickhouseAway } from '../../loadtest/faults/clickhouse-away-scenario.ts';
import { isMet, toTable } from '../../loadtest/faults/report.ts';

const WHOLE_MS = 300_000;

describe('a ClickHouse server that is away', () => {
  it.each([
    ['holds up neither taking in nor counting nor paging; every row follows once, when it is back', false],
    ['holds up no start: a server that was killed and started without it takes, counts and pages, and every row follows once', true],
  ])('%s', async (_, restarts) => {
    const { measures, sentences } = await runClickhouseAway({ seed: 5, awayMs: 12_000, itemsPerSecond: 60, restarts, say: (line) => console.info(line) });
    console.info(toTable(measures));
    expect(sentences).toEqual([]);
    // How quick it is, is the machine's business here.
    expect(measures.filter((measure) => measure.unit !== 'ms' && measure.unit !== 'looks' && !isMet(measure))).toEqual([]);
    const of = (name: string): number => measures.find((measure) => measure.name === name)?.value ?? 0;
    for (const name of ['items answered 202 meanwhile', 'pages delivered meanwhile', 'groups compared', 'alerts that must have opened']) expect(of(name)).toBeGreaterThan(0);
  }, WHOLE_MS);
});
