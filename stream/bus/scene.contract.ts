import type { Observable, Subscription } from 'rxjs';
import type { Bus, Delivery } from '../ports.ts';

/** What the parts of the contract share; subscriptions end with their test. */
export interface BusScene {
  readonly bus: Bus;
  keep(subscription: Subscription): void;
  unsubscribeAll(): void;
  /** Everything that arrives, each handled as it comes: acknowledged when nothing else is said. */
  collect(source: Observable<Delivery>, handle?: (delivery: Delivery) => void): Delivery[];
}
