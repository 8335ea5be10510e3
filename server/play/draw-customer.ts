import type { Customer } from '../../core/feedback.ts';
import type { Writing } from './phrase-bank.ts';
import { Prng } from './prng.ts';
import type { Catalogue } from './sample-schemas.ts';
import { Weighted } from './weighted.ts';

/** Draws one of the customers of a region. */
export type DrawCustomer = (prng: Prng, region: string, writing: Writing) => Customer;

/**
 * Customers are not kept: everything about number n follows from n, so that a customer who writes twice is the same one.
 * A few write much, most write once (the square of a uniform draw).
 */
export function createCustomers({ tiers, groups, surnames, titles }: Catalogue, count: number): DrawCustomer {
  const tierOf = new Weighted(Object.entries(tiers));
  const groupOf = new Weighted(Object.entries(groups));
  return (prng, region, writing) => {
    const draw = prng.unit();
    const number = Math.floor(draw * draw * count);
    const own = new Prng(number ^ 0x5bd1e995);
    const customer: Customer = { id: `C${String(number).padStart(6, '0')}`, tier: tierOf.draw(own), group: groupOf.draw(own), region };
    if (own.chance(0.12)) customer.name = writing === 'en' ? `${own.pick(titles.en)} ${own.pick(surnames.en)}` : own.pick(surnames.zh) + own.pick(titles.zh);
    return customer;
  };
}
