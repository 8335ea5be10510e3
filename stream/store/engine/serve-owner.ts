import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Engine } from './engine.ts';
import { EngineError, toEngineError } from './engine-error.ts';
import { readRequest } from './read-request.ts';
import { writeAnswer, writeRefusal, type EngineFacts } from './write-answer.ts';

/** Above the largest batch of the sink. */
const BODY_BYTES_MAX = 256 * 1024 ** 2;

export interface OwnerParts {
  engine: Engine;
  facts: EngineFacts;
  /** Without it nothing is done: the port is open to every program of the machine. */
  password: string;
}

/** The same interface for the program that started the engine: it may do everything. Rows in its inserts hold no blank lines. */
export function serveOwner({ engine, facts, password }: OwnerParts): RequestListener {
  const expected = Buffer.from(`Basic ${Buffer.from(`tocsin:${password}`).toString('base64')}`);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let queryId: string = randomUUID();
    try {
      const given = Buffer.from(request.headers.authorization ?? '');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new EngineError(516, 'AUTHENTICATION_FAILED', 'This port is for the program that started the engine.');
      const { sql, data, settings, parameters, database, format = 'TabSeparated', answerEncoding, queryId: named } = await readRequest(request, BODY_BYTES_MAX);
      queryId = named ?? queryId;
      const result = await engine.run({ sql, settings, parameters, format, access: 'all', ...(database === undefined ? {} : { database }), ...(data === null ? {} : { data }) });
      await writeAnswer(response, result, { format, queryId, facts, encoding: answerEncoding });
    } catch (error) {
      writeRefusal(response, toEngineError(error), { queryId, facts });
    }
  }

  return (request, response) => void answer(request, response);
}
