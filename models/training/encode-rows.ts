import type { Language } from '../../core/score.ts';
import { detectLanguage } from '../text/language.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { RowTable } from './row-table.ts';

/** A training text is read up to this many units: its head and its end. */
const TRAIN_UNITS_MAX = 256;
const TRAIN_HEAD_UNITS = 192;

/** All texts as table rows: text i has units unitFrom[i] … unitFrom[i + 1], unit t has ids idFrom[t] … idFrom[t + 1]. */
export interface EncodedRows {
  count: number;
  unitFrom: Uint32Array;
  idFrom: Uint32Array;
  ids: Uint32Array;
  /** 1 for Chinese, 2 for English, 0 for others. */
  language: Uint8Array;
}

class GrowingArray {
  #data = new Uint32Array(1 << 20);
  length = 0;

  push(value: number): void {
    if (this.length === this.#data.length) {
      const wider = new Uint32Array(this.#data.length * 2);
      wider.set(this.#data);
      this.#data = wider;
    }
    this.#data[this.length++] = value;
  }

  finish(): Uint32Array {
    return this.#data.slice(0, this.length);
  }
}

function languageCode(language: Language): number {
  return language === 'zh' ? 1 : language === 'en' ? 2 : 0;
}

export function encodeRows(texts: readonly string[], tokenizer: Tokenizer, vocabulary: Vocabulary): EncodedRows {
  const table = new RowTable(vocabulary.hashes);
  const unitFrom = new Uint32Array(texts.length + 1);
  const idFrom = new GrowingArray();
  const ids = new GrowingArray();
  const language = new Uint8Array(texts.length);
  texts.forEach((text, at) => {
    tokenizer.read(text);
    unitFrom[at] = idFrom.length;
    language[at] = languageCode(detectLanguage(text));
    const units = tokenizer.unitCount;
    for (let unit = 0; unit < units; unit++) {
      if (units > TRAIN_UNITS_MAX && unit >= TRAIN_HEAD_UNITS && unit < units - (TRAIN_UNITS_MAX - TRAIN_HEAD_UNITS)) continue;
      idFrom.push(ids.length);
      const last = tokenizer.featureEnd[unit] ?? 0;
      for (let f = unit === 0 ? 0 : tokenizer.featureEnd[unit - 1] ?? 0; f < last; f++) {
        const row = table.rowOf(tokenizer.features[f] ?? 0);
        if (row >= 0) ids.push(row);
      }
    }
  });
  unitFrom[texts.length] = idFrom.length;
  idFrom.push(ids.length);
  return { count: texts.length, unitFrom, idFrom: idFrom.finish(), ids: ids.finish(), language };
}
