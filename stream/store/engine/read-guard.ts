import { EngineError } from './engine-error.ts';

/** What the guard asks the engine itself: its own parser decides what a statement is. */
export interface StatementParser {
  /** The statement on one line, without comments. @throws EngineError for a mistake in it, or for more than one statement */
  format(sql: string): Promise<string>;
  /** The tree of a statement that `format` has written, with its parameters in place, as EXPLAIN AST shows it. */
  tree(formatted: string, parameters: ReadonlyMap<string, string>): Promise<string>;
  /** Every table function that this engine has. */
  tableFunctions(): Promise<readonly string[]>;
}

export interface ReadStatement {
  sql: string;
  /** Of its FORMAT clause. */
  format: string | null;
  /** Settings of its own SETTINGS clause, taken out: a read-only connection refuses them in a statement. */
  settings: ReadonlyMap<string, string>;
}

/** Table functions that read nothing outside of the store. Every other one that the engine has is refused. */
const HARMLESS_TABLE_FUNCTIONS = new Set([
  'numbers', 'numbers_mt', 'zeros', 'zeros_mt', 'primes', 'generateseries', 'generate_series', 'values', 'sqlstandardvalues', 'view', 'null', 'merge', 'format',
  'mergetreeindex', 'mergetreeprojection',
]);
/** Scalar functions that read files or run something. */
const REFUSED_FUNCTIONS = /^(file|eval|executable|catboostevaluate|filesystem\w*|ai\w*|llm\w*|http\w*|url)$/;
const READS = /^(Select\w*|Show\w*|Describe\w*|Exists\w*)\b/;
const EXPLAINED_READ = /^Explain [^\n]*\n Select/;
/** Settings that change what a statement may do, or hold expressions. */
const REFUSED_SETTINGS = /^(readonly|allow_ddl|allow_introspection_functions|log_comment|additional_result_filter|parallel_replicas_custom_key|format_schema\w*|format_template\w*)$/;
const TABLE_FILTERS = 'additional_table_filters';

/**
 * Lets through one statement that only reads the store. `readonly = 1` alone still allows `file('/etc/passwd')` as a scalar
 * and INTO OUTFILE, so the tree of the statement is looked through before it is run.
 * @throws EngineError with ClickHouse's own code
 */
export async function guardRead(sql: string, parameters: ReadonlyMap<string, string>, parser: StatementParser): Promise<ReadStatement> {
  const formatted = await parser.format(sql);
  const { body, settings } = splitSettings(formatted);
  const { body: bare, format } = splitFormat(body);
  await guardTree(await parser.tree(bare, parameters), parser);
  for (const [name, value] of settings) await guardSetting(name, value, parser);
  return { sql: bare, format, settings };
}

/** @throws EngineError for a setting that a reader may not give. */
export async function guardSetting(name: string, value: string, parser: StatementParser): Promise<void> {
  if (REFUSED_SETTINGS.test(name)) throw new EngineError(164, 'READONLY', `Cannot modify '${name}' setting on the read port.`);
  if (name !== TABLE_FILTERS) return;
  // Each filter is an expression that becomes part of the statement.
  const [, ...texts] = value.split(/'((?:[^'\\]|\\.)*)'/s).filter((_, at) => at % 2 === 1 || at === 0);
  for (const text of texts) {
    const filter = text.replaceAll(/\\(.)/gs, '$1');
    await guardTree(await parser.tree(await parser.format(`SELECT 1 WHERE (${filter})`), new Map()), parser);
  }
}

async function guardTree(tree: string, parser: StatementParser): Promise<void> {
  if (!READS.test(tree) && !EXPLAINED_READ.test(tree)) {
    throw new EngineError(164, 'READONLY', 'This port only reads: SELECT, SHOW, DESCRIBE, EXISTS and EXPLAIN of a SELECT.');
  }
  if (/^ Literal /m.test(tree)) throw new EngineError(164, 'READONLY', 'INTO OUTFILE is not possible here: this port writes nothing.');
  // The statement's own clause was taken out; EXPLAIN has its options there.
  if (/^ {2,}Set\b/m.test(tree)) throw new EngineError(164, 'READONLY', 'SETTINGS in a part of a statement are not taken here; put them at its end.');
  const refused = new Set((await parser.tableFunctions()).map((name) => name.toLowerCase()).filter((name) => !HARMLESS_TABLE_FUNCTIONS.has(name)));
  for (const [, name = ''] of tree.matchAll(/^\s*(?:Table)?Function (\w+)/gm)) {
    const lower = name.toLowerCase();
    if (refused.has(lower) || REFUSED_FUNCTIONS.test(lower)) {
      throw new EngineError(446, 'FUNCTION_NOT_ALLOWED', `The function ${name} reads something else than the store, and is refused on this port.`);
    }
  }
}

const TEXT = String.raw`'(?:[^'\\]|\\.)*'`;
const VALUE = String.raw`(?:${TEXT}|-?[\d.]+(?:e[+-]?\d+)?|true|false|\{(?:${TEXT}|[\s\d.,:-])*\}|\[(?:${TEXT}|[\s\d.,-])*\])`;
const SETTINGS_CLAUSE = new RegExp(String.raw`\sSETTINGS ((?:\w+ = ${VALUE})(?:, \w+ = ${VALUE})*)(\sFORMAT \w+)?$`, 's');
const FORMAT_CLAUSE = /\sFORMAT (\w+)$/;

/** The SETTINGS clause at the end of a formatted statement; one in a subquery stays there, where the engine refuses it. */
function splitSettings(formatted: string): { body: string; settings: Map<string, string> } {
  const found = SETTINGS_CLAUSE.exec(formatted);
  if (found === null) return { body: formatted, settings: new Map() };
  const settings = new Map<string, string>();
  for (const [, name = '', value = ''] of (found[1] ?? '').matchAll(new RegExp(String.raw`(\w+) = (${VALUE})`, 'gs'))) {
    settings.set(name, value.startsWith("'") ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value);
  }
  return { body: `${formatted.slice(0, found.index)}${found[2] ?? ''}`, settings };
}

function splitFormat(body: string): { body: string; format: string | null } {
  const found = FORMAT_CLAUSE.exec(body);
  return found === null ? { body, format: null } : { body: body.slice(0, found.index), format: found[1] ?? null };
}
