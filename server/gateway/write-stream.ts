import type { HttpResponse } from 'uWebSockets.js';

/** Which part of an answer's life the writer is told of. */
export interface StreamedResponse {
  response: HttpResponse;
  /** The client went away: the response must not be touched. */
  readonly over: boolean;
}

export function isStream(body: string | Uint8Array | AsyncIterable<Uint8Array>): body is AsyncIterable<Uint8Array> {
  return typeof body !== 'string' && !(body instanceof Uint8Array);
}

/** What HEAD gets of a streamed answer. */
export const NOTHING: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) };

/** The body of a streamed answer and its end. What fails after the first piece can only be told by a broken connection. */
export async function writePieces(exchange: StreamedResponse, pieces: AsyncIterable<Uint8Array>, { broken, close }: { broken(error: unknown): void; close: boolean }): Promise<void> {
  try {
    await writeStream(exchange, pieces);
    if (!exchange.over) exchange.response.cork(() => exchange.response.end(undefined, close));
  } catch (error) {
    if (exchange.over) return;
    broken(error);
    exchange.response.close();
  }
}

const NO_ROOM_MS_MAX = 60_000;

/**
 * Writes pieces as they come; waits while the client takes none. The generator is ended when the client went away.
 * Rejects with what the pieces rejected with, or when the client takes nothing for a minute.
 */
async function writeStream(exchange: StreamedResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    if (exchange.over) return;
    let hasRoom = true;
    exchange.response.cork(() => (hasRoom = exchange.response.write(piece)));
    if (!hasRoom) await roomAgain(exchange);
  }
}

async function roomAgain(exchange: StreamedResponse): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The client takes nothing of the answer.')), NO_ROOM_MS_MAX);
    const look = setInterval(() => {
      if (exchange.over) done();
    }, 1_000);
    const done = (): void => {
      clearTimeout(timer);
      clearInterval(look);
      resolve();
    };
    exchange.response.onWritable(() => {
      done();
      return true;
    });
  });
}
