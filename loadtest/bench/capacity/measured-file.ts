import type { Measured } from '../../../server/capacity/measured.ts';

/** server/capacity/measured.ts with these figures in it; the type above them stays as it is. @throws Error for a file without the table */
export function withFigures(source: string, measured: Measured): string {
  const start = source.indexOf('export const MEASURED: Measured = {');
  const end = source.indexOf('\n};', start);
  if (start < 0 || end < 0) throw new Error('server/capacity/measured.ts has no table MEASURED');
  const fields = Object.entries(measured).map(([name, value]) => `  ${name}: ${typeof value === 'object' ? oneLine(value as Record<string, number>) : literal(value)},`);
  return `${source.slice(0, start)}export const MEASURED: Measured = {\n${fields.join('\n')}${source.slice(end)}`;
}

function oneLine(value: Record<string, number>): string {
  return `{ ${Object.entries(value).map(([name, each]) => `${name}: ${literal(each)}`).join(', ')} }`;
}

function literal(value: unknown): string {
  return typeof value === 'number' ? String(rounded(value)) : `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Two digits that say something; the rest is noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(value >= 1e6 ? 3 : 2));
}
