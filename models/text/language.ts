import type { Language } from '../../core/score.ts';

/** A text is Chinese when at least this share of its letters is Han; a Han character weighs as three Latin letters. */
const HAN_SHARE_MIN = 0.2;
const HAN_WEIGHT = 3;

/** Language by Han-character share: short reviews such as 差评 defeat statistical detectors. `other` when there is no letter. */
export function detectLanguage(text: string): Language {
  let han = 0;
  let latin = 0;
  let kana = 0;
  let otherLetters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff)) han++;
    else if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) latin++;
    else if (code >= 0x3040 && code <= 0x30ff) kana++;
    else if ((code >= 0x370 && code <= 0x1fff) || (code >= 0xac00 && code <= 0xd7af)) otherLetters++;
  }
  if (kana > han) return 'other';
  const weighted = han * HAN_WEIGHT;
  const letters = weighted + latin + otherLetters;
  if (letters === 0) return 'other';
  if (weighted / letters >= HAN_SHARE_MIN) return 'zh';
  return latin >= otherLetters ? 'en' : 'other';
}
