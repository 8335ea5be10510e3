import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TocsinError } from '../../core/errors.ts';
import type { DiskState } from '../../stream/bus/disk-watch.ts';
import { connectNatsBus, type NatsBus } from '../../stream/bus/nats-bus.ts';
import { startNatsServer, type NatsServer } from '../../stream/bus/nats-server.ts';
import { DEFAULT_LOG_BYTES_MAX } from '../../stream/bus/limits.ts';
import type { AppContext } from './app-context.ts';
import { packageRoot } from './package-root.ts';

export interface OpenBus {
  bus: NatsBus;
  /** Calls back whenever the disk of an embedded nats-server fills up, takes no writes, or takes them again. */
  onDisk(listener: (state: DiskState) => void): void;
  /** Calls back when an embedded nats-server is gone for good. */
  onFailure(listener: (error: TocsinError) => void): void;
  close(timeoutMs: number): Promise<void>;
}

/** Connects to NATS_URL, or starts a nats-server of our own in the data folder and connects to that. */
export async function openBus(context: AppContext): Promise<OpenBus> {
  const { settings, logger, clock, metrics } = context;
  const logBytesMax = { ...DEFAULT_LOG_BYTES_MAX, raw: settings.TOCSIN_RAW_LOG_BYTES_MAX, scored: settings.TOCSIN_SCORED_LOG_BYTES_MAX };
  const server = settings.NATS_URL === undefined ? await startOwnServer(context, logBytesMax) : undefined;
  try {
    const bus = await connectNatsBus({
      servers: server?.url ?? settings.NATS_URL!,
      name: `tocsin-${settings.TOCSIN_ROLES.join('-')}`,
      clock,
      telemetry: metrics.telemetry,
      limits: { logBytesMax: server?.logBytesMax ?? logBytesMax },
      logger: logger.child({ part: 'bus' }),
    });
    return {
      bus,
      onDisk: (listener) => server?.onDisk(listener),
      onFailure: (listener) => server?.onExit(listener),
      async close(timeoutMs) {
        await bus.close(timeoutMs);
        await server?.stop();
      },
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function startOwnServer({ settings, logger, abandoned, interrupted }: AppContext, logBytesMax: typeof DEFAULT_LOG_BYTES_MAX): Promise<NatsServer> {
  return startNatsServer({
    // Straight to the terminal: an installation is worth seeing whatever the log level.
    binaryPath: await natsServerBinary((line) => void process.stderr.write(`${line}\n`)),
    dataDir: settings.TOCSIN_DATA_DIR,
    logger: logger.child({ part: 'nats-server' }),
    limits: { logBytesMax }, abandoned, interrupted,
  });
}

interface NatsServerInstaller {
  ensureNatsServer(options: { root: string; report(line: string): void }): Promise<string>;
}

/** Found on PATH or in .tools/, else installed there once. */
async function natsServerBinary(report: (line: string) => void): Promise<string> {
  const root = packageRoot();
  const installer = (await import(pathToFileURL(join(root, 'scripts', 'install-nats-server.mjs')).href)) as NatsServerInstaller;
  try {
    return await installer.ensureNatsServer({ root, report });
  } catch (cause) {
    throw new TocsinError('nats_server_missing', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
