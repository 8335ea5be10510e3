import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { Channel, SendOutcome } from './channel.ts';

/** The part of a stream that is written to, such as `process.stdout`. */
export interface TextSink {
  write(text: string, done: (error?: Error | null) => void): boolean;
}

export interface ConsoleChannelOptions {
  id: string;
  language: PageLanguage;
  sink: TextSink;
}

const RULE = '━'.repeat(60);

/** Prints pages on a terminal or into a log file; the texts hold no control characters. */
export class ConsoleChannel implements Channel {
  readonly id: string;
  readonly kind = 'console';
  readonly #language: PageLanguage;
  readonly #sink: TextSink;

  constructor(options: ConsoleChannelOptions) {
    this.id = options.id;
    this.#language = options.language;
    this.#sink = options.sink;
  }

  /** Delivered when the stream has taken the text. A closed pipe is worth a retry: the stream may be exchanged by a restart. */
  send(page: Page, _idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return new Promise((resolve) => {
      const stopped = (): void => resolve({ kind: 'retry', detail: 'stopped', fault: 'channel' });
      if (signal.aborted) return stopped();
      signal.addEventListener('abort', stopped, { once: true });
      this.#sink.write(`\n${RULE}\n${page.summary[this.#language].text}\n${RULE}\n`, (error) => {
        signal.removeEventListener('abort', stopped);
        resolve(error ? { kind: 'retry', detail: `cannot write: ${errorCode(error)}`, fault: 'channel' } : { kind: 'delivered', detail: 'written' });
      });
    });
  }
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
