import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Answer, Engine } from './engine.ts';
import { quote } from './engine.ts';
import { EngineError, toEngineError } from './engine-error.ts';
import { HELLO, nativeHello } from './native-hello.ts';
import { guardRead, guardSetting, type StatementParser } from './read-guard.ts';
import { readRequest, type EngineRequest } from './read-request.ts';
import { isAnswerFormat, writeAnswer, writeRefusal, type EngineFacts } from './write-answer.ts';

/** What one reader's statement may take. A client may ask for less. */
export interface ReadLimits {
  secondsMax: number;
  memoryBytesMax: number;
  /** Of the answer before it is written in its format. */
  resultBytesMax: number;
  resultRowsMax: number;
  /** Statements that run at once, and those that may wait for it. */
  runningMax: number;
  waitingMax: number;
}

const MIB = 1024 ** 2;
export const READ_LIMITS: ReadLimits = { secondsMax: 60, memoryBytesMax: 1_024 * MIB, resultBytesMax: 128 * MIB, resultRowsMax: 5_000_000, runningMax: 6, waitingMax: 60 };
const BODY_BYTES_MAX = 4 * MIB;

export interface ReaderParts {
  engine: Engine;
  facts: EngineFacts;
  database: string;
  limits: ReadLimits;
}

/** ClickHouse's HTTP interface for whoever may reach the port: it reads and does nothing else, whatever user is named. */
export function serveReader({ engine, facts, database, limits }: ReaderParts): RequestListener {
  const parser = parserOf(engine);
  const gate = new Gate(limits);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://engine').pathname;
    if (path === '/ping') return void response.writeHead(200, { 'Content-Type': 'text/plain' }).end('Ok.\n');
    let queryId: string = randomUUID();
    try {
      if (path !== '/' && path !== '/play') throw new EngineError(36, 'BAD_ARGUMENTS', `There is nothing at ${path}; ask /?query=…`);
      const asked = await readRequest(request, BODY_BYTES_MAX);
      queryId = asked.queryId ?? queryId;
      if (asked.sql.trim() === '' && request.method === 'GET') return void response.writeHead(200, { 'Content-Type': 'text/plain' }).end('Ok.\n');
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const { format, ...result } = await gate.run(() => read(asked, gone.signal));
      await writeAnswer(response, result, { format, queryId, facts, encoding: asked.answerEncoding });
    } catch (error) {
      writeRefusal(response, toEngineError(error), { queryId, facts });
    }
  }

  async function read(asked: EngineRequest, gone: AbortSignal): Promise<Answer & { format: string }> {
    const sql = asked.data === null ? asked.sql : `${asked.sql}\n${asked.data.toString('utf8')}`;
    if (HELLO.test(sql) && (asked.format ?? '') === 'Native' && asked.protocolVersion > 0) {
      return { bytes: nativeHello({ ...facts, protocolVersion: asked.protocolVersion }), elapsedSeconds: 0, rowsRead: 1, bytesRead: 0, format: 'Native' };
    }
    const statement = await guardRead(sql, asked.parameters, parser);
    const format = statement.format ?? asked.format ?? 'TabSeparated';
    if (!isAnswerFormat(format)) throw new EngineError(73, 'UNKNOWN_FORMAT', `The format ${format} is not answered here.`);
    const settings = new Map([...asked.settings, ...statement.settings]);
    for (const [name, value] of asked.settings) await guardSetting(name, value, parser);
    const mark = randomUUID();
    const kill = (): void => void engine.run({ sql: `KILL QUERY WHERE Settings['log_comment'] = ${quote(mark)} ASYNC`, format: 'Null', access: 'all' }).catch(() => undefined);
    if (gone.aborted) throw new EngineError(394, 'QUERY_WAS_CANCELLED', 'The client went away.');
    gone.addEventListener('abort', kill, { once: true });
    try {
      const result = await engine.run({
        sql: statement.sql, format, database: asked.database ?? database, settings: limited(settings, limits).set('log_comment', mark), parameters: asked.parameters, access: 'read-only',
      });
      return { ...result, format };
    } finally {
      gone.removeEventListener('abort', kill);
    }
  }

  return (request, response) => void answer(request, response);
}

/** The client's settings, each limit the smaller one of its and ours. */
function limited(settings: ReadonlyMap<string, string>, limits: ReadLimits): Map<string, string> {
  const result = new Map(settings);
  const atMost = (name: string, max: number): void => {
    const asked = Number(settings.get(name));
    result.set(name, String(asked > 0 && asked < max ? asked : max));
  };
  atMost('max_execution_time', limits.secondsMax);
  atMost('max_memory_usage', limits.memoryBytesMax);
  atMost('max_result_bytes', limits.resultBytesMax);
  atMost('max_result_rows', limits.resultRowsMax);
  return result.set('result_overflow_mode', 'throw').set('timeout_overflow_mode', 'throw');
}

function parserOf(engine: Engine): StatementParser {
  let functions: Promise<string[]> | undefined;
  return {
    format: (sql) => engine.text('SELECT formatQuerySingleLine({sql:String})', { sql }),
    tree: async (formatted, parameters) => (await engine.run({ sql: `EXPLAIN AST ${formatted}`, parameters, format: 'TSVRaw', access: 'read-only' })).bytes.toString('utf8'),
    tableFunctions: () => (functions ??= engine.text('SELECT name FROM system.table_functions').then((names) => names.split('\n'))),
  };
}

/** Few run, some wait, the rest is told to come back. */
class Gate {
  readonly #limits: ReadLimits;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.runningMax) {
      if (this.#waiting.length >= this.#limits.waitingMax) {
        throw new EngineError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `${this.#limits.runningMax} queries run and ${this.#limits.waitingMax} wait; try again in a moment.`);
      }
      // Whoever ends gives its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
