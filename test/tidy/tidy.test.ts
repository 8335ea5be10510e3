import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../core/errors.ts';
import { createMetrics } from '../../server/telemetry/metrics.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const sources = tracked.filter((file) => /\.(ts|tsx)$/.test(file) && !file.endsWith('.d.ts'));
const product = sources.filter((file) => !/\.test\.tsx?$/.test(file));

const LINES_MAX = 300;

/** Folders and files that decide and compute only; what they may import is each other. */
const PURE = [/^core\//, /^stream\/windows\//, /^stream\/counter\//, /^stream\/frames\//, /^stream\/duplicates\//, /^alerts\/decide/, /^alerts\/incidents\//, /^alerts\/silences\//, /^alerts\/routing\//, /^alerts\/schedules\//, /^alerts\/rules\//, /^alerts\/notify\/(backoff|decide|delivery-state|judge|order-event|render|sample-page|summarize|group-name|safe-text|time-text|page|resolve)/, /^alerts\/channels\/channel\.ts$/, /^alerts\/channels\/(config|template)\//, /^alerts\/cards\//, /^alerts\/troubles\/(decide|trouble-(event|policies|words))/, /^alerts\/budget\/(decide|published)/, /^alerts\/reason\/(?!gather|trust)/, /^alerts\/pictures\/(canvas|glyphs|picture-of|picture-number|slope)/, /^alerts\/yaml-(faults|list)\.ts$/, /^server\/admission\//, /^server\/words\//, /^server\/capacity\//];
const PURE_PACKAGES = ['zod', 'yaml', '@marcbachmann/cel-js', 're2js', 'croner', 'chinese-days'];
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'/g), ...read(file).matchAll(/import\('([^']+)'\)/g)].map((match) => match[1]!);

describe('the tree', () => {
  it.each(product.map((file) => [file]))('%s is short enough to be one thing', (file) => {
    expect(read(file).split('\n').length).toBeLessThanOrEqual(LINES_MAX + 1);
  });

  it('keeps the pure parts free of the outside world', () => {
    const breaches = product
      .filter((file) => PURE.some((pattern) => pattern.test(file)) && !/\/testing\//.test(file))
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(({ file, target }) => {
        if (!target.startsWith('.')) return !PURE_PACKAGES.includes(target);
        const path = relative(root, join(root, dirname(file), target));
        return !PURE.some((pattern) => pattern.test(path));
      });
    expect(breaches).toEqual([]);
  });

  it('lets core import nothing but core', () => {
    const breaches = product.filter((file) => file.startsWith('core/')).flatMap((file) => importsOf(file).filter((target) => !target.startsWith('./')).map((target) => `${file} imports ${target}`));
    expect(breaches).toEqual([]);
  });

  it('reads the clock and sets timers in adapters only', () => {
    const breaches = product.filter((file) => PURE.some((pattern) => pattern.test(file)) && /Date\.now\(|setTimeout\(|setInterval\(|new Date\(\)|Math\.random\(/.test(read(file)));
    expect(breaches).toEqual([]);
  });

  it('has one place for work that is left over: none', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', 'eslint-' + 'disable'];
    const breaches = sources.filter((file) => words.some((word) => read(file).includes(word)));
    expect(breaches).toEqual([]);
  });

  it('names no machine path and no registry host', () => {
    const words = ['/work' + '/', '/root' + '/', 'registry.npmjs' + '.org', 'files.pythonhosted' + '.org'];
    const breaches = tracked.filter((file) => /\.(ts|tsx|mjs|cjs|md|json|yaml|yml|html)$/.test(file)).flatMap((file) => words.filter((word) => read(file).includes(word)).map((word) => `${file}: ${word}`));
    expect(breaches).toEqual([]);
  });
});

describe('the documentation', () => {
  it.each(tracked.filter((file) => file.endsWith('.md')).map((file) => [file]))('%s links to files that exist', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it.each([['README.md'], ['docs/ARCHITECTURE.md']])('%s names paths that exist', (page) => {
    const named = [...read(page).matchAll(/`((?:core|server|stream|models|alerts|dashboards|loadtest|docs|test|samples|scripts)\/[\w./*-]*)`/g)].map((match) => match[1]!.replace(/\*.*$/, ''));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('has every page in its index', () => {
    const pages = tracked.filter((file) => /^docs\/[^/]+\.md$/.test(file) && file !== 'docs/README.md').map((file) => file.slice('docs/'.length));
    const listed = [...read('docs/README.md').matchAll(/\]\(([^)]+\.md)\)/g)].map((match) => match[1]);
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
  });

  it('lists every error code with its status, and no other', () => {
    const listed = [...read('docs/errors.md').matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)].map((row) => [row[1], Number(row[2])]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_CODES);
  });

  it('lists every metric of its own, and no other', async () => {
    const exported = [...(await createMetrics().text()).matchAll(/^# TYPE (tocsin_\w+) (\w+)/gm)].map((match) => match[1]!);
    const listed = [...read('docs/metrics.md').matchAll(/^\| `(tocsin_\w+)`/gm)].map((row) => row[1]!);
    expect(listed.sort()).toEqual(exported.sort());
  });
});
