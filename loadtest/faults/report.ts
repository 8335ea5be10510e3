/** One measured figure of a run, printed as one line of JSON or one row of a table. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** Absent: the figure is told and not judged. */
  target?: number;
  met?: boolean;
}

/** A figure that must be exactly this. */
export const exactly = (name: string, value: number, unit: string, target: number): Measure => ({ name, value, unit, target, met: value === target });
export const atLeast = (name: string, value: number, unit: string, target: number): Measure => ({ name, value, unit, target, met: value >= target });
export const atMost = (name: string, value: number, unit: string, target: number): Measure => ({ name, value, unit, target, met: value <= target });
export const told = (name: string, value: number, unit: string): Measure => ({ name, value, unit });

export const isMet = ({ met }: Measure): boolean => met !== false;

export function toTable(measures: readonly Measure[]): string {
  const rows = measures.map(({ name, value, unit, target, met }) => [name, String(value), unit, target === undefined ? '' : String(target), met === undefined ? '' : met ? 'met' : 'MISSED']);
  const all = [['what', 'value', 'unit', 'target', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => (column === 1 || column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd()).join('\n');
}
