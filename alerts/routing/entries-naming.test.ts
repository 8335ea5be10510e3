import { describe, expect, it } from 'vitest';
import { EMPTY_BOOK } from './book.ts';
import type { RoutingBook } from './book.ts';
import { entriesNaming } from './check-book.ts';

const BOOK: RoutingBook = {
  ...EMPTY_BOOK,
  users: [{ id: 'u1', notify: ['desk'], skills: [], quietHours: null }, { id: 'u2', notify: ['phone'], skills: [], quietHours: null }],
  teams: [{ id: 'care', title: { zh: '客服', en: 'Care' }, members: ['u1'], manager: null, notify: ['desk'] }],
  chains: [{ id: 'up', steps: [{ waitMs: 1, notify: ['user:u2'] }, { waitMs: 1, notify: ['channel:desk'] }], repeat: 0 }],
  routes: [{ id: 'all', when: [], hours: null, notify: ['desk', 'user:desk'], chain: null, gatherBy: ['rule'], waitMs: 0, assign: null, skills: [] }],
};

describe('what leads to a channel', () => {
  it('is named, so that it is not removed behind somebody\'s back', () => {
    expect(entriesNaming(BOOK, 'desk')).toEqual(['route all notifies it', 'chain up notifies it', 'user u1 is reached over it', 'team care is reached over it']);
    expect(entriesNaming(BOOK, 'phone')).toEqual(['user u2 is reached over it']);
    expect(entriesNaming(BOOK, 'other')).toEqual([]);
  });
});
