import { getJson } from './http.ts';
import { eventually } from './poll.ts';

interface Answer {
  exact: boolean;
  groups: { key: Record<string, string>; count: number }[];
}

/** Live counts over the last 24 hours by one field, as `GET /v1/counts` answers them once it calls them exact. */
export async function countsBy(url: string, field: string, where?: string): Promise<Record<string, number>> {
  const query = new URLSearchParams({ groupBy: field, window: '24h', ...(where === undefined ? {} : { where }) });
  const groups = await eventually(async () => {
    const { body } = await getJson<Answer>(`${url}/v1/counts?${query}`);
    return body.exact && body.groups;
  }, { what: `exact counts by ${field}` });
  return Object.fromEntries(groups.map(({ key, count }) => [key[field] ?? '', count]));
}
