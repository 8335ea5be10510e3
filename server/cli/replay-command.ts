import { Command } from 'commander';
import { defaultUrl, postFile, type PostOptions } from './post-file.ts';
import { readNumber } from './read-number.ts';

export function replayCommand(): Command {
  return new Command('replay')
    .description('Post every item of a JSON lines file (plain or gzip) to a running server, and wait until all of them are scored, counted and stored.')
    .requiredOption('--file <file>', 'JSON lines: feedback items, or objects that hold at least "text"')
    .option('--url <url>', 'the server', defaultUrl())
    .option('--speed <factor>', 'keep the distances of createdAt, this many times faster (default: as fast as it goes)', readNumber)
    .option('--limit <items>', 'stop after so many items', readNumber)
    .option('--batch <items>', 'items in one request', readNumber)
    .option('--concurrency <requests>', 'requests at once', readNumber)
    .option('--no-wait', 'do not wait for scoring, counting and storing')
    .option('--json', 'one JSON object per line')
    .action((options: PostOptions) => postFile(options));
}
