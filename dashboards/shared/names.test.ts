import { describe, expect, it } from 'vitest';
import { categoryName, groupName, partsInWords, reasonName } from './names.ts';

describe('names', () => {
  it('of built-in categories exist in both languages', () => {
    expect(categoryName('logistics', 'zh')).toBe('物流配送');
    expect(categoryName('logistics', 'en')).toBe('Logistics');
  });

  it('of categories from a company\'s own taxonomy are their ids', () => {
    expect(categoryName('custom.cold-chain', 'zh')).toBe('custom.cold-chain');
  });

  it('never come from what every object inherits', () => {
    for (const key of ['constructor', '__proto__', 'toString']) {
      expect(categoryName(key, 'en')).toBe(key);
      expect(groupName({ [key]: 'x' }, 'en')).not.toContain('function');
    }
  });

  it('of a group say the field where the value alone would not be understood', () => {
    expect(groupName({ category: 'logistics', store: '12' }, 'zh')).toBe('物流配送 / 门店 12');
    expect(groupName({ channel: 'phone', severity: 'severe' }, 'en')).toBe('Phone / Severity Severe');
    expect(groupName({}, 'zh')).toBe('');
    expect(groupName({ product: '' }, 'zh')).toBe('产品未填');
    expect(groupName({ product: '', channel: 'app' }, 'en')).toBe('Product not given / App');
  });

  it('of unknown reasons are shown as they came', () => {
    expect(reasonName('scorer-lag', 'en')).toBe('scoring is behind');
    expect(reasonName('sunspots', 'en')).toBe('sunspots');
  });

  it('of the server\'s parts are words with their reasons, unknown ones as they came', () => {
    const parts = [{ part: 'store', reason: 'disk full', reasonZh: '磁盘已满' }, { part: 'counter' }, { part: 'moon', reason: 'no light' }];
    expect(partsInWords(parts, 'zh')).toBe('存储（磁盘已满）、计数、moon（no light）');
    expect(partsInWords(parts, 'en')).toBe('the store (disk full), counting, moon (no light)');
  });
});
