import type { Score } from '../../core/score.ts';
import { createGenerator } from '../../server/play/generator.ts';
import type { Incident } from '../../server/play/incident.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';
import { postJson } from './http.ts';

const ASK_TEXTS = 250;
const LATE_PARCELS: Incident = { kind: 'late-parcels', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, intensity: 1 };

/**
 * Different texts that the running server's own model takes for complaints about logistics and nothing else, so that a
 * test may count on each of them whatever the model is.
 */
export async function logisticsComplaints(url: string, count: number): Promise<string[]> {
  const generator = createGenerator({ seed: 50, data: await loadSampleData(samplesFolder()), repeatShare: 0 });
  const found = new Set<string>();
  for (let asked = 0; found.size < count; asked += ASK_TEXTS) {
    if (asked > 40 * count + 10 * ASK_TEXTS) throw new Error(`the model sees a complaint about logistics in only ${found.size} of ${asked} texts`);
    const texts = Array.from({ length: ASK_TEXTS }, () => generator.nextLabelled(0, { incident: LATE_PARCELS }).item.text);
    const { body } = await postJson<{ results: Score[] }>(`${url}/v1/score`, { texts });
    for (const [index, score] of body.results.entries()) {
      if (score.complaint && score.categories.length === 1 && score.categories[0]?.id === 'logistics' && found.size < count) found.add(texts[index] as string);
    }
  }
  return [...found];
}
