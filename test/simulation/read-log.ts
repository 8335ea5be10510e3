import { firstValueFrom, take, toArray } from 'rxjs';
import type { LogEntry } from '../../core/frame.ts';
import type { MemoryBus } from '../../stream/bus/memory-bus.ts';
import type { LogName } from '../../stream/ports.ts';

/** Everything on a log that keeps its entries, up to now. */
export async function readLog(bus: MemoryBus, name: Exclude<LogName, 'raw'>): Promise<LogEntry<Uint8Array>[]> {
  const log = bus.log(name);
  const { lastSequence } = await log.info();
  if (lastSequence === 0) return [];
  const deliveries = await firstValueFrom(log.read(1, lastSequence).pipe(take(lastSequence), toArray()));
  return deliveries.map(({ entry }) => entry);
}
