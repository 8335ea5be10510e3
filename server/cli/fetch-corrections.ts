import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLabelledTexts, type LabelledText } from '../../stream/store/labels.ts';
import { askServer, commandSettings, withStore } from './open-parts.ts';

const PAGE_ITEMS = 1_000;

type ReadPage = (after: string) => Promise<LabelledText[]>;

/**
 * Labels that people set, as a file that training reads: a file as it is; a server's by its URL; and with `true` those of
 * the data folder or CLICKHOUSE_URL. `use` gets the file's path and how many texts came; a copied file is removed afterwards.
 */
export async function withCorrections<T>(source: string | true, workspace: string, use: (file: string, texts: number | null) => T): Promise<T> {
  if (source !== true && !/^https?:\/\//u.test(source)) return use(source, null);
  const items = source === true
    ? await withStore(commandSettings(), (store) => readAll((after) => readLabelledTexts(store, { workspace, after, limit: PAGE_ITEMS })))
    : await readAll((after) => askPage(source, workspace, after));
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-corrections-'));
  try {
    const file = join(folder, 'corrections.jsonl');
    writeFileSync(file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    return use(file, items.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readAll(readPage: ReadPage): Promise<LabelledText[]> {
  const items: LabelledText[] = [];
  for (;;) {
    const page = await readPage(items.at(-1)?.feedbackId ?? '');
    items.push(...page);
    if (page.length < PAGE_ITEMS) return items;
  }
}

async function askPage(url: string, workspace: string, after: string): Promise<LabelledText[]> {
  const query = new URLSearchParams({ workspace, limit: String(PAGE_ITEMS), after });
  const { items } = await askServer<{ items: LabelledText[] }>(url, `/v1/labels?${query}`);
  return items;
}
