import { SENTIMENTS } from '../../core/score.ts';
import type { Interval } from './bootstrap.ts';
import type { EvaluationReport } from './evaluation-report.ts';
import type { LabelledTable, YesNo } from './labelled-tables.ts';
import type { SentimentTable } from './sentiment-tables.ts';

const percent = (value: number): string => (value * 100).toFixed(1).padStart(5);
const interval = ({ value, low, high }: Interval): string => `${percent(value)} [${percent(low)},${percent(high)}]`;
const yesNo = ({ precision, recall, f1, support }: YesNo): string => `precision ${percent(precision)}  recall ${percent(recall)}  F1 ${percent(f1)}  (${support})`;

function renderSentiment(table: SentimentTable): string[] {
  const lines = [
    `${table.name}  ${table.count} texts, ${table.classes} classes`,
    `  model                  accuracy ${interval(table.accuracy)}  macro-F1 ${interval(table.macroF1)}  ECE ${percent(table.calibrationError)}`,
    ...table.baselines.map(({ name, accuracy, macroF1 }) => `  ${name.padEnd(22)} accuracy ${percent(accuracy)}${' '.repeat(15)} macro-F1 ${percent(macroF1)}`),
    ...table.perClass.map(({ label, precision, recall, support }) => `    ${(SENTIMENTS[label] ?? '').padEnd(9)} precision ${percent(precision)}  recall ${percent(recall)}  (${support})`),
  ];
  if (table.stars !== undefined) lines.push(`    stars     accuracy ${percent(table.stars.accuracy)}  mean absolute error ${table.stars.meanAbsoluteError.toFixed(2)}`);
  return lines;
}

function renderLabelled(title: string, table: LabelledTable): string[] {
  return [
    `${title}  ${table.count} texts`,
    `  sentiment  accuracy ${percent(table.sentiment.accuracy)}  macro-F1 ${percent(table.sentiment.macroF1)}`,
    `  complaint  ${yesNo(table.complaint)}`,
    `  severity   accuracy ${percent(table.severity.accuracy)}  macro-F1 ${percent(table.severity.macroF1)}`,
    `  categories ${yesNo(table.categories.micro)}`,
    `  implicit   ${yesNo(table.implicit)}; taken for negative ${percent(table.implicitAsNegative)}, for a complaint ${percent(table.implicitAsComplaint)}`,
  ];
}

/** The report as plain text, percentages throughout; 95 % bootstrap intervals in brackets. */
export function renderReport(report: Omit<EvaluationReport, 'text'>): string {
  const lines = [`model ${report.model} on ${report.backend}; percentages, 95 % bootstrap intervals in brackets`, ''];
  for (const table of report.sentiment) lines.push(...renderSentiment(table), '');
  lines.push('Negatives among rows with an opinion');
  for (const { name, figures } of report.negatives) {
    lines.push(`  ${name}: recall ${percent(figures.recallAt85)} at precision ≥ 85 (threshold ${figures.threshold.toFixed(3)}); as configured precision ${percent(figures.precision)}, recall ${percent(figures.recall)}  (${figures.negatives} of ${figures.count})`);
  }
  for (const { name, model, rules } of report.labelled) {
    lines.push('', ...renderLabelled(`Hand-labelled sample ${name}, model`, model));
    if (name !== 'all') continue;
    for (const [id, figures] of Object.entries(model.categories.each)) lines.push(`    ${id.padEnd(22)} ${yesNo(figures)}`);
    lines.push('', ...renderLabelled('Hand-labelled sample all, weak rules told the true sentiment', rules));
    for (const [id, figures] of Object.entries(rules.categories.each)) lines.push(`    ${id.padEnd(22)} ${yesNo(figures)}`);
  }
  if (report.ratingConflicts !== undefined) lines.push('', `Ratings that contradict the text (each opinion with one star and with five)  ${yesNo(report.ratingConflicts)}`);
  return `${lines.join('\n')}\n`;
}
