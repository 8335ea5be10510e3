import { Command } from 'commander';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type RunningApp } from '../app/start-app.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { playDemo, type DemoProgress } from '../play/play-demo.ts';
import { loadSampleData } from '../play/sample-data.ts';
import { samplesFolder } from '../play/samples-folder.ts';
import { routingFileOf } from '../routing/read-routing.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { Progress } from './progress.ts';
import { saidOnOneLine, tell } from './say.ts';
import { untilStopped } from './until-stopped.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .description('Start a server of its own on a temporary folder and play a day of sample feedback into it: within a minute the wall shows an alert. Ctrl-C stops all of it.')
    .option('--input <file>', 'play this JSON lines file (plain or gzip) instead of the samples')
    .option('--port <number>', 'HTTP port (default: TOCSIN_HTTP_PORT or 8080, or a free one when that is taken)')
    .option('--json', 'progress as one JSON object per line')
    .action(async (options: { input?: string; port?: string; json?: boolean }) => {
      const folder = await mkdtemp(join(tmpdir(), 'tocsin-demo-'));
      const abandoned = new AbortController();
      // However it ends, nothing is left behind; after a stop in order there is nothing left to kill.
      process.once('exit', () => {
        abandoned.abort();
        rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      });
      const settings = await demoSettings(folder, options.port);
      const logger = createLogger(settings);
      if (!options.json) tell('Starting the server, its log and its ClickHouse: a few seconds, longer the first time.');
      await untilStopped(() => startApp({ settings, logger, abandoned: abandoned.signal }), logger, {
        abandon: () => options.json === true ? undefined : tell('Stopped before it had started; nothing is left behind.'),
        onStopping: () => options.json === true ? undefined : tell('Stopping; Ctrl-C once more ends it at once.'),
        alongside: (app, stopping) => play({ app, settings, logger, stopping, options }),
      });
    });
}

async function demoSettings(folder: string, port: string | undefined): Promise<Settings> {
  const own = process.env;
  const env = { ...own, TOCSIN_LOG_LEVEL: own['TOCSIN_LOG_LEVEL'] ?? 'warn', TOCSIN_DATA_DIR: folder, TOCSIN_ROUTING_FILE: routingFileOf(own['TOCSIN_ROUTING_FILE']) ?? demoRouting() };
  const wanted = readSettings(port === undefined ? env : { ...env, TOCSIN_HTTP_PORT: port });
  if (port !== undefined || (await isFree(wanted.TOCSIN_HTTP_PORT, wanted.TOCSIN_HTTP_HOST))) return wanted;
  tell(`Port ${wanted.TOCSIN_HTTP_PORT} is taken; the demo uses a free one.`);
  return readSettings({ ...env, TOCSIN_HTTP_PORT: '0' });
}

/** A short escalation chain, for whoever has no routing file. */
function demoRouting(): string {
  return join(samplesFolder(), 'demo-routing.yaml');
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host }, () => probe.close(() => resolve(true)));
  });
}

interface Playing {
  app: RunningApp;
  settings: Settings;
  logger: Logger;
  stopping: AbortSignal;
  options: { input?: string; json?: boolean };
}

async function play({ app, settings, logger, stopping, options }: Playing): Promise<void> {
  const say = (line: string): void => (options.json ? undefined : tell(line));
  say(['', `  The wall:    ${app.url}/wall`, `  The console: ${app.url}/`, '  Ctrl-C stops all of it.', ...(settings.TOCSIN_ROUTING_FILE === demoRouting() ? ['  While nobody takes the alert, the lead is paged after 2 minutes and the manager after 3 more, in this terminal; take or escalate it in the console.'] : []), ''].join('\n'));
  if (options.json) console.log(JSON.stringify({ kind: 'started', wall: `${app.url}/wall`, console: `${app.url}/` }));
  const progress = new Progress(options.json === true);
  const end = await playDemo({
    url: app.url,
    token: settings.TOCSIN_AUTH_TOKEN,
    data: await loadSampleData(samplesFolder()),
    clock: systemClock,
    signal: stopping,
    report: (event) => progress.show({ kind: 'progress', ...event }, { text: saidOnOneLine(describe(event, settings.TOCSIN_TIME_ZONE)), stays: false }),
    reportProblem: (problem) => logger.warn(problem, 'a line of the input was left out'),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  progress.end();
  if (!stopping.aborted) say(`${end.sent} items were played. The server goes on until Ctrl-C.`);
  if (!stopping.aborted) await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }));
}

function describe({ phase, simulatedAtMs, sent, itemsPerSecond }: DemoProgress, timeZone: string): string {
  const time = new Date(simulatedAtMs).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${phase === 'history' ? 'playing the past day' : 'live'}  ${time}  ${sent} items  ${itemsPerSecond}/s`;
}
