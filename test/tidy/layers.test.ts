import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && existsSync(join(root, file)));

/** What one file takes from another of the tree; `isType`: nothing of it is there when the program runs. */
interface Import {
  from: string;
  to: string;
  isType: boolean;
}

const IMPORT = /(?:^|\n)(?:import|export)\s+(type\s)?([^;]*?)from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;

function importsOf(file: string): Import[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map(([, type, names, named, called]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), (named ?? called)!)),
    isType: type !== undefined || /^\{(\s*type [^,}]+,?)+\s*\}\s*$/.test(names ?? ''),
  }));
}

/** Tests and their tools may reach everywhere. */
const isProduct = (file: string): boolean => !/\.test\.tsx?$|\.contract\.ts$|\/testing\/|^test\/|^loadtest\/|\/(testing|test-tools|nats-for-tests)\.ts$/.test(file);
const product = files.filter(isProduct).flatMap(importsOf);
const folderOf = (file: string): string => file.split('/')[0]!;

/** What each folder may take from; docs/ARCHITECTURE.md says it in words. */
const MAY_TAKE_FROM: Record<string, readonly string[]> = {
  core: [],
  stream: ['core', 'alerts'],
  models: ['core', 'stream'],
  alerts: ['core', 'stream'],
  server: ['core', 'stream', 'models', 'alerts'],
  dashboards: ['core', 'alerts'],
};

/** Rules and decisions: below the whole of `stream/`. */
const RULES = /^alerts\/(decide-[\w-]+\.ts$|yaml-list\.ts$|rules\/)/;
/** What is written of alerts and incidents, and asked of them: below `stream/store/`, which keeps and answers it. */
const RECORDS = /^alerts\/(incidents\/(journal|ended-incident)|list\/alert-record|evidence\/evidence-question|corrections\/(late|touched-alerts))\.ts$/;
const PURE_STREAM = /^stream\/(windows|frames|counter|duplicates)\//;

const between = (from: string, to: string): Import[] => product.filter((each) => folderOf(each.from) === from && folderOf(each.to) === to);

describe('the layers', () => {
  it('take from those below them only', () => {
    const breaches = product.filter(({ from, to }) => folderOf(from) !== folderOf(to) && MAY_TAKE_FROM[folderOf(from)]?.includes(folderOf(to)) === false);
    expect(breaches).toEqual([]);
  });

  it('leave to the pages no more of alerts than its types', () => {
    expect(between('dashboards', 'alerts').filter(({ isType }) => !isType)).toEqual([]);
  });

  it('give the flow rules and decisions, its store records as well, and take nothing back for these', () => {
    const taken = between('stream', 'alerts').filter(({ from, to, isType }) => !RULES.test(to) && !(RECORDS.test(to) && (isType || from.startsWith('stream/store/'))));
    const takenBack = between('alerts', 'stream').filter(({ from, to, isType }) => RULES.test(from) || (RECORDS.test(from) && !isType && !PURE_STREAM.test(to)));
    expect({ taken, takenBack }).toEqual({ taken: [], takenBack: [] });
  });

  it('hold no circle of files: whatever is loaded finds what it takes loaded already', () => {
    const takes = new Map<string, string[]>();
    for (const { from, to, isType } of files.flatMap(importsOf)) if (!isType) takes.set(from, [...(takes.get(from) ?? []), to]);
    expect(circles(takes)).toEqual([]);
  });
});

/** A way along the arrows that comes back to where it began; none where there is none. */
function circles(takes: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) return void found.push([...way.slice(at), file].join(' → '));
    if (done.has(file)) return;
    for (const next of takes.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of takes.keys()) walk(file, []);
  return found;
}
