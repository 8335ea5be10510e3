import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FIELD_NAMES } from '../../core/names.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const SAID = /^(?:alerts|core|dashboards|docs|server|stream)\/.+\.(?:tsx?|ya?ml|json|md|html)$|^README/u;
/** What customers and senders of sheets write: texts of others, as they are. */
const OF_OTHERS = /^server\/(?:play|admission)\/|^stream\/duplicates\/|\/testing\/|\.test\.tsx?$|(?:named-conditions|likely-meant)\.ts$|^docs\/(?:duplicates|import|scoring|model-card)\.md$/u;
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n').filter((file) => SAID.test(file) && !OF_OTHERS.test(file) && existsSync(join(root, file)));

/** Other words for what has one already, and that one. */
const OTHERS: readonly (readonly [other: RegExp, word: string])[] = [[/商品/u, FIELD_NAMES.product.zh], [/会员等级/u, FIELD_NAMES.customerTier.zh], [/客群/u, FIELD_NAMES.customerGroup.zh], [/顾客/u, FIELD_NAMES.customer.zh], [/情感/u, FIELD_NAMES.sentiment.zh]];

describe('one word for each thing', () => {
  it.each(OTHERS)('no %s where it is called %s', (other) => {
    expect(files.filter((file) => other.test(read(file)))).toEqual([]);
  });

  it('is looked for in what people read', () => {
    for (const part of ['alerts/rules/packs/', 'core/', 'dashboards/wall/', 'dashboards/grafana/json/zh/', 'docs/', 'README.zh-CN.md', 'server/words/tables/']) expect(files.some((file) => file.startsWith(part))).toBe(true);
    expect(files.some((file) => OTHERS.some(([, word]) => read(file).includes(word)))).toBe(true);
  });
});
