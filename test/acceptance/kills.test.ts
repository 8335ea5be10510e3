import { describe, expect, it } from 'vitest';
import { runKills } from '../../loadtest/faults/kill-scenario.ts';
import { isMet, toTable } from '../../loadtest/faults/report.ts';

const WHOLE_MS = 300_000;

describe('kill -9 under load', () => {
  it('of the server, of nats-server and of both loses nothing, stores, counts and pages nothing twice', async () => {
    const { measures, sentences } = await runKills({ seed: 5, kills: 3, itemsPerSecond: 300, say: (line) => console.info(line) });
    console.info(toTable(measures));
    expect(sentences).toEqual([]);
    // How long a restart takes is the machine's business here.
    expect(measures.filter((measure) => measure.unit !== 'ms' && !isMet(measure))).toEqual([]);
    const of = (name: string): number => measures.find((measure) => measure.name === name)?.value ?? 0;
    // What was compared was not nothing.
    for (const name of ['ids answered 202', 'requests that repeat earlier ids', 'groups compared', 'alerts that must have opened']) expect(of(name)).toBeGreaterThan(0);
  }, WHOLE_MS);
});
