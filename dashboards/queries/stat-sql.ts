import { quoted } from './named.ts';
import type { PanelLanguage, PanelQuery } from './panel.ts';

/**
 * The SQL of a `stat` panel. Where the panel has levels its query answers one number named `value`, and the level's word
 * with its sign is asked for beside it: a number whose colour means something says it in words as well.
 */
export function statSql(panel: PanelQuery, language: PanelLanguage): string {
  const { levels } = panel;
  const sql = panel.sql(language);
  if (!levels) return sql;
  const [lowest, ...others] = levels;
  const cases = [...others].reverse().map(({ from, word }) => `value >= ${from}, ${quoted(word[language])}`);
  const word = cases.length === 0 ? quoted(lowest!.word[language]) : `multiIf(${cases.join(', ')}, ${quoted(lowest!.word[language])})`;
  return `SELECT value, ${word} AS state FROM (\n${sql}\n)`;
}
