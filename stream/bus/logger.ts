/** What the bus says to an operator; a pino logger fits. Fields never hold secrets. */
export interface BusLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const silentLogger: BusLogger = { info() {}, warn() {}, error() {} };
