import { createGenerator } from '../../server/play/generator.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';

const TEXTS = 20_000;
/** Has no factor in common with TEXTS: a text that comes again comes from somebody else. */
const CUSTOMERS = 4_999;

/** What an id stands for: plausible feedback, the same for the same id however often it is sent. */
export async function itemMaker(seed: number): Promise<(id: string) => string> {
  const generator = createGenerator({ seed, data: await loadSampleData(samplesFolder()), repeatShare: 0 });
  const pool = Array.from({ length: TEXTS }, () => {
    const { createdAt: _createdAt, ...item } = generator.next(0);
    return item;
  });
  return (id) => {
    const number = Number(id.slice(id.lastIndexOf('-') + 1));
    const item = pool[number % TEXTS]!;
    return JSON.stringify({ ...item, id, customer: { ...item.customer, id: `C${number % CUSTOMERS}` } });
  };
}
