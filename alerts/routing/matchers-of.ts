import type { BookSection, Matcher } from '../../core/operation.ts';
import type { Inhibition, Route } from './book.ts';

/** The lists of matchers in an entry of the routing book, each with its key; none in those that have no matchers. */
export function matchersOf(section: BookSection, entry: object): { key: 'when' | 'source' | 'target'; matchers: readonly Matcher[] }[] {
  switch (section) {
    case 'routes':
      return [{ key: 'when', matchers: (entry as Route).when }];
    case 'inhibitions':
      return [{ key: 'source', matchers: (entry as Inhibition).source }, { key: 'target', matchers: (entry as Inhibition).target }];
    default:
      return [];
  }
}
