import type { Page } from '../../notify/page.ts';
import { compileTemplate, TemplateError } from '../template/render-template.ts';

/** Whether a body is to be JSON. */
function isJsonType(contentType: string | undefined): boolean {
  return contentType === undefined || /\bjson\b/iu.test(contentType);
}

/** What is wrong with a template, tried on a page of each kind; null for one that works. */
export function templateFault(source: string, contentType: string | undefined, samples: readonly object[]): string | null {
  try {
    const template = compileTemplate(source);
    for (const sample of samples) {
      const body = template(sample);
      if (isJsonType(contentType) && !isJson(body)) return `writes no JSON for a page of kind ${(sample as Partial<Page>).event ?? 'unknown'}; put {{ … | json }} around texts, or set contentType`;
    }
    return null;
  } catch (error) {
    if (error instanceof TemplateError) return `fails: ${error.message}`;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
