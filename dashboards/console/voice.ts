import type { Formatter } from '../shared/format.ts';
import type { Language } from '../shared/language.ts';
import type { ConsoleTexts } from './texts.ts';

/** The words and formats of the chosen language. */
export interface ConsoleVoice {
  language: Language;
  texts: ConsoleTexts;
  format: Formatter;
}
