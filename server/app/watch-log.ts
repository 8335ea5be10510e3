import type { DiskState } from '../../stream/bus/disk-watch.ts';
import type { BusState } from '../../stream/ports.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { OpenBus } from './open-bus.ts';

const DISK_WORDS: Record<Exclude<DiskState, 'usable'>, string> = {
  full: 'the disk is full: the logs take nothing until there is room',
  unwritable: 'the disk takes no writes: the logs take nothing until it does',
};

/** Says on the health board whether the logs can be reached and whether their disk takes writes. */
export function watchLog({ bus, onDisk }: { bus: Pick<OpenBus['bus'], 'state'>; onDisk: OpenBus['onDisk'] }, health: HealthBoard): void {
  let [state, disk]: [BusState, DiskState] = ['reconnecting', 'usable'];
  const tell = (): void => {
    if (disk !== 'usable') health.notOk('log', DISK_WORDS[disk]);
    else if (state === 'connected') health.ok('log');
    else health.notOk('log', `NATS is ${state}`);
  };
  onDisk((next) => {
    disk = next;
    tell();
  });
  bus.state().subscribe((next) => {
    state = next;
    tell();
  });
}
