import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { missed } from './figures.ts';
import { runScenarios, type Ran } from './run.ts';
import { ensureTool } from './tools.ts';
import { decideVerdicts, exitCodeOf } from './verdicts.ts';

const k6 = await ensureTool('k6', () => undefined).catch(() => null);
const command: Command = { size: 'smoke', only: [], peers: 'without-peers', output: 'json', soakMinutes: 0, soakPerSecond: 1_000, reportDir: '', accept: 'compare' };
const LIMIT_MS = 300_000;

async function runOf(more: Partial<Command>, env: Record<string, string> = {}): Promise<Ran> {
  return await runScenarios({ command: { ...command, ...more }, k6: k6 ?? '', env, say: () => undefined, onFigures: () => undefined });
}

/** A machine without Python, Go and k6 cannot load anything. */
describe.skipIf(k6 === null)('a load test', () => {
  it('loses nothing and stores nothing twice', async () => {
    const { figures, runs } = await runOf({});
    const valueOf = (name: string): number | undefined => figures.find((figure) => figure.name === name)?.value;
    expect(valueOf('items answered 202')).toBeGreaterThan(500);
    expect(valueOf('answered 202 and not stored')).toBe(0);
    expect(valueOf('stored twice')).toBe(0);
    expect(valueOf('counted otherwise than stored')).toBe(0);
    expect(valueOf('answers that the API does not promise')).toBe(0);
    expect(decideVerdicts(runs, figures).filter(({ outcome }) => outcome !== 'met' && outcome !== 'missed')).toEqual([]);
    expect(missed(figures).filter(({ name }) => !name.startsWith('memory'))).toEqual([]);
  }, LIMIT_MS);

  it('misses the latency targets of a server that is slow on purpose', async () => {
    // Of each message on the way between two parts, of which a start sends hundreds one after the other.
    const ran = await runOf({ size: 'quick', only: ['single-2000'] }, { TOCSIN_TEST_DELAY_MS: '120' });
    const missedNames = missed(ran.figures).map(({ name }) => name);
    expect(missedNames).toContain('single items, 2,000/s: POST → webhook p50');
    expect(missedNames).toContain('single items, 2,000/s: POST → wall p99');
    expect(missedNames).not.toContain('stored twice');
    expect(exitCodeOf(ran.figures, decideVerdicts(ran.runs, ran.figures))).toBe(1);
  }, LIMIT_MS);
});
