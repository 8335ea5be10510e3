import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { CampaignShare } from '../../core/alert.ts';
import type { LocalText } from '../../core/rule.ts';

/** Copied texts with both numbers each: how many items, and of how many different customers and texts. Pure; empty where there are none. */
export function sayCampaigns(campaigns: readonly CampaignShare[] | undefined): LocalText[] {
  return (campaigns ?? []).map(({ items, customers, texts, exact, counted }) => ({
    zh: `复制文案：${number(items)} 条，${exact ? '' : '至少 '}${number(customers)} 位客户，${number(texts)} 种文本（本组计入 ${number(counted)} 条）`,
    en: agreeInNumber(`Copied text: ${number(items)} items, ${exact ? '' : 'at least '}${number(customers)} customers, ${number(texts)} texts (${number(counted)} counted in this group)`),
  }));
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
