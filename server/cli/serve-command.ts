import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { startApp } from '../app/start-app.ts';
import { withSecretFiles } from '../config/secret-files.ts';
import { readSettings } from '../config/settings.ts';
import { createLogger } from '../telemetry/logger.ts';
import { untilStopped } from './until-stopped.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('Run the server. Settings are environment variables; docs/configuration.md lists them.')
    .option('--roles <list>', 'parts to run: gateway,scorer,counter,notifier (default: all)')
    .option('--port <number>', 'HTTP port (default: TOCSIN_HTTP_PORT or 8080)')
    .option('--data-dir <folder>', 'folder of everything that is kept (default: TOCSIN_DATA_DIR or ./data)')
    .action(async (options: { roles?: string; port?: string; dataDir?: string }) => {
      const settings = readSettings({
        ...withSecretFiles(process.env, (path) => readFileSync(path, 'utf8')),
        ...(options.roles === undefined ? {} : { TOCSIN_ROLES: options.roles }),
        ...(options.port === undefined ? {} : { TOCSIN_HTTP_PORT: options.port }),
        ...(options.dataDir === undefined ? {} : { TOCSIN_DATA_DIR: options.dataDir }),
      });
      const logger = createLogger(settings);
      await untilStopped((interrupted) => startApp({ settings, logger, interrupted }), logger);
    });
}
