import { isFields } from '../shared/live-message.ts';

/** What is allowed in a rule or a matcher and most likely not meant, with the key before it. */
export type Warning = Record<'zh' | 'en', string>;

const isText = (value: unknown): value is string => typeof value === 'string';

/** The `warnings` of an answer; those that cannot be read are left out. */
export function parseWarnings(list: unknown): Warning[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown): Warning[] => {
    if (!isFields(entry)) return [];
    const { field, message, messageZh } = entry;
    return isText(field) && isText(message) && isText(messageZh) ? [{ zh: `${field}：${messageZh}`, en: `${field}: ${message}` }] : [];
  });
}
