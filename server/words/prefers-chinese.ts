/** Whether `Accept-Language` asks for Chinese rather than English: the language named first wins, a larger `q` before it. Absent, or neither: false. Pure. */
export function prefersChinese(acceptLanguage: string): boolean {
  let [best, isChinese] = [0, false];
  for (const part of acceptLanguage.slice(0, HEADER_CHARS_MAX).split(',')) {
    const [, tag = '', q] = /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/iu.exec(part) ?? [];
    const weight = q === undefined ? 1 : Number(q);
    const language = tag.toLowerCase();
    if ((language !== 'zh' && language !== 'en') || weight <= best) continue;
    [best, isChinese] = [weight, language === 'zh'];
  }
  return isChinese;
}

const HEADER_CHARS_MAX = 400;

/** In which languages a command speaks: TOCSIN_LANGUAGE, else that of the terminal (LC_ALL, LC_MESSAGES, LANG); where neither says one of ours, in both. Pure. */
export function commandLanguages(env: Record<string, string | undefined>): ('zh' | 'en')[] {
  for (const name of ['TOCSIN_LANGUAGE', 'LC_ALL', 'LC_MESSAGES', 'LANG']) {
    const language = /^(zh|en)(?:[-_.@]|$)/iu.exec(env[name] ?? '')?.[1]?.toLowerCase();
    if (language === 'zh' || language === 'en') return [language];
  }
  return ['zh', 'en'];
}
