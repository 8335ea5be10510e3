import { createRequire } from 'node:module';
import type { Session } from 'chdb';
import { toEngineError } from './engine-error.ts';

/** One statement with everything it is run with. Names of settings and parameters are checked by `runStatement`. */
export interface Statement {
  sql: string;
  /** Data of an INSERT, in the statement's own FORMAT. It must not hold a blank line: the engine would end the data there. */
  data?: Buffer;
  database?: string;
  settings?: ReadonlyMap<string, string>;
  /** Values of `{name:Type}`, escaped as in TSV: as they stand in the URL of a request. */
  parameters?: ReadonlyMap<string, string>;
  /** Where the statement names none. */
  format: string;
  /** After the settings: nothing can be changed any more. */
  access: 'all' | 'read-only';
}

export interface Answer {
  bytes: Buffer;
  elapsedSeconds: number;
  rowsRead: number;
  bytesRead: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** The engine on one folder, in this process. */
export class Engine {
  readonly #path: string;
  readonly #Session: typeof Session;
  /** Keeps the engine open between statements. */
  readonly #holder: Session;
  #running = 0;

  /** `options` are the engine's own, as on its command line. @throws when the folder is held by another process, or cannot be written. */
  constructor(path: string, options: readonly string[] = []) {
    this.#path = path;
    ({ Session: this.#Session } = createRequire(import.meta.url)('chdb') as { Session: typeof Session });
    this.#holder = new this.#Session(path, { connectionArgs: options });
  }

  /** Statements under way. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs one statement on a connection of its own: settings, parameters and the database would stick to it.
   * @throws EngineError
   */
  async run(statement: Statement): Promise<Answer> {
    const session = new this.#Session(this.#path);
    this.#running += 1;
    try {
      const before = prelude(statement);
      if (before !== '') await session.queryAsync(before);
      const sql = statement.data === undefined ? statement.sql : `${statement.sql}\n${statement.data.toString('utf8')}`;
      const result = await session.queryAsync(sql, { format: statement.format });
      const bytes = result.bytes();
      return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), elapsedSeconds: result.elapsed, rowsRead: result.rowsRead, bytesRead: result.bytesRead };
    } catch (error) {
      throw toEngineError(error);
    } finally {
      this.#running -= 1;
      session.close();
    }
  }

  /** A text that the engine answers, for its own use. */
  async text(sql: string, parameters: Record<string, string> = {}): Promise<string> {
    const escaped = new Map(Object.entries(parameters).map(([name, value]) => [name, escapeTsv(value)]));
    return (await this.run({ sql, parameters: escaped, format: 'TSVRaw', access: 'all' })).bytes.toString('utf8').replace(/\n$/, '');
  }

  /** While a statement is under way it may not return, and with it nothing else of this process goes on. */
  close(): void {
    this.#holder.close();
  }
}

/** Statements that prepare the connection. Everything in them is a checked name or a quoted text. */
function prelude({ database, settings, parameters, access }: Statement): string {
  const statements: string[] = [];
  if (database !== undefined) statements.push(`USE ${quoteName(database)}`);
  for (const [name, value] of settings ?? []) statements.push(`SET ${checked(name)} = ${literal(value)}`);
  for (const [name, value] of parameters ?? []) statements.push(`SET param_${checked(name)} = ${quote(value)}`);
  if (access === 'read-only') statements.push('SET readonly = 1');
  return statements.join('; ');
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new TypeError(`Code: 36. DB::Exception: Not a name: ${JSON.stringify(name)}. (BAD_ARGUMENTS)`);
  return name;
}

/** A number stays one; a map literal, as of additional_table_filters, was taken from a statement that the engine has parsed. */
function literal(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : quote(value);
}

/** ClickHouse's text literal. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

const TSV_ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0', '\b': '\\b', '\f': '\\f' };

function escapeTsv(text: string): string {
  return text.replace(/[\\\t\n\r\0\b\f]/g, (character) => TSV_ESCAPES[character] ?? character);
}
