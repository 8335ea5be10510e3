/** What Grafana fills into a query before it reaches ClickHouse. */
export interface Fill {
  fromMs: number;
  toMs: number;
  /** Grafana's `$__interval`: the span divided by the width of the panel in pixels, rounded. */
  intervalMs: number;
  /** Chosen values by variable; `ALL` for the choice "All". */
  variables: Readonly<Record<string, string | readonly string[] | typeof ALL>>;
}

export const ALL = Symbol('all');

/**
 * A query as ClickHouse gets it from Grafana's ClickHouse data source, after its documentation: first the page puts in the
 * variables and `$__conditionalAll`, then the plugin's server the macros. A macro or variable that is not known stays, so
 * that running the query fails.
 * @throws Error for a format of a variable that is not known
 */
export function expandQuery(sql: string, fill: Fill): string {
  return expandMacros(putIn(conditionalAll(sql, fill), fill), fill);
}

/** `$__conditionalAll(condition, $variable)`: the condition, or `1=1` where "All" is chosen. */
function conditionalAll(sql: string, fill: Fill): string {
  return replaceCalls(sql, 'conditionalAll', (args) => {
    const variable = args.at(-1)?.trim().replace(/^\$\{?([A-Za-z_]+)\}?$/, '$1') ?? '';
    return fill.variables[variable] === ALL ? '1=1' : args.slice(0, -1).join(',').trim();
  });
}

const VARIABLE = /\$\{([A-Za-z_]+)(?::([a-z]+))?\}|\$(?!__)([A-Za-z_]+)/g;

function putIn(sql: string, { variables }: Fill): string {
  return sql.replace(VARIABLE, (whole, braced: string | undefined, format: string | undefined, bare: string | undefined) => {
    const value = variables[braced ?? bare ?? ''];
    if (value === undefined) return whole;
    if (value === ALL) throw new Error(`${whole} has the value "All" and stands outside of $__conditionalAll.`);
    const values = typeof value === 'string' ? [value] : value;
    switch (format) {
      case undefined:
      case 'csv':
      case 'raw':
        return values.join(',');
      case 'singlequote':
        return values.map((one) => `'${one.replaceAll("'", "\\'")}'`).join(',');
      default:
        throw new Error(`${whole}: the format ${format} is not known.`);
    }
  });
}

function expandMacros(sql: string, { fromMs, toMs, intervalMs }: Fill): string {
  const seconds = (ms: number): string => `toDateTime(${Math.floor(ms / 1000)})`;
  const milliseconds = (ms: number): string => `fromUnixTimestamp64Milli(${ms})`;
  const day = (ms: number): string => `toDate('${new Date(ms).toISOString().slice(0, 10)}')`;
  const within = (column: string, literal: (ms: number) => string): string => `${column} >= ${literal(fromMs)} AND ${column} <= ${literal(toMs)}`;
  const intervalSeconds = Math.max(1, Math.floor(intervalMs / 1000));
  const macros: Record<string, (args: string[]) => string> = {
    timeFilter: ([column = '']) => within(column, seconds),
    timeFilter_ms: ([column = '']) => within(column, milliseconds),
    dateFilter: ([column = '']) => within(column, day),
    fromTime: () => seconds(fromMs),
    toTime: () => seconds(toMs),
    fromTime_ms: () => milliseconds(fromMs),
    toTime_ms: () => milliseconds(toMs),
    timeInterval: ([column = '']) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${intervalSeconds} second)`,
    interval_s: () => String(intervalSeconds),
  };
  // Longest names first: one macro's name begins another's.
  const names = Object.keys(macros).sort((a, b) => b.length - a.length);
  return names.reduce((text, name) => replaceCalls(text, name, macros[name]!), sql);
}

/** Replaces `$__name(a, b)`, and `$__name` alone, by what `by` makes of the arguments. */
function replaceCalls(sql: string, name: string, by: (args: string[]) => string): string {
  const mark = new RegExp(`\\$__${name}(?![A-Za-z_])`);
  let text = sql;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const { args, end } = readArguments(text, found.index + found[0].length);
    text = text.slice(0, found.index) + by(args) + text.slice(end);
  }
  return text;
}

function readArguments(sql: string, at: number): { args: string[]; end: number } {
  if (sql[at] !== '(') return { args: [], end: at };
  const args: string[] = [];
  let depth = 0;
  let from = at + 1;
  for (let index = at; index < sql.length; index += 1) {
    const letter = sql[index];
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if ((letter === ',' && depth === 1) || depth === 0) {
      args.push(sql.slice(from, index).trim());
      from = index + 1;
    }
    if (depth === 0) return { args: args.length === 1 && args[0] === '' ? [] : args, end: index + 1 };
  }
  throw new Error('A macro has no closing bracket.');
}
