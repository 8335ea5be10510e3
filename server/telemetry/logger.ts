import { pino, type Logger } from 'pino';
import type { Settings } from '../config/settings.ts';

export type { Logger };

/** JSON lines on stdout, or readable lines on a terminal. Never given texts of feedback or secrets. */
export function createLogger(settings: Pick<Settings, 'TOCSIN_LOG_LEVEL' | 'TOCSIN_LOG_FORMAT'>): Logger {
  const pretty = settings.TOCSIN_LOG_FORMAT === 'pretty' || (settings.TOCSIN_LOG_FORMAT === 'auto' && process.stdout.isTTY);
  return pino({
    level: settings.TOCSIN_LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.authorization', '*.token', '*.secret', '*.password'], censor: '[removed]' },
    ...(pretty ? { transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', singleLine: true } } } : {}),
  });
}
