const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Marks that re-order what follows, by which a quote could rewrite the line around it. */
const DIRECTION_MARKS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const SPACES = /\s+/gu;

/** Code units a grapheme may take before the rest of its combining marks is cut off. */
const GRAPHEME_UNITS_MAX = 16;

/**
 * One line that is safe on a terminal, in a header-free chat message and in JSON: no control characters (an escape
 * sequence could take over a terminal), no direction marks, no half surrogates, no runs of white space.
 */
export function oneLine(text: string): string {
  return text
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(DIRECTION_MARKS, '')
    .replace(CONTROLS, ' ')
    .replace(SPACES, ' ')
    .trim();
}

/**
 * The first `graphemesMax` characters as a person counts them, the last one an ellipsis when something was cut.
 * An emoji family or a letter with its accents is never cut in two; a pile of accents is.
 */
export function shorten(text: string, graphemesMax: number): string {
  if (text.length <= graphemesMax) return text;
  const unitsRead = graphemesMax * GRAPHEME_UNITS_MAX;
  const graphemes: string[] = [];
  let units = 0;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text.slice(0, unitsRead + GRAPHEME_UNITS_MAX))) {
    if (graphemes.length === graphemesMax || units + segment.length > unitsRead) {
      return `${graphemes.slice(0, graphemesMax - 1).join('')}…`;
    }
    graphemes.push(segment);
    units += segment.length;
  }
  return text.length > units ? `${graphemes.slice(0, graphemesMax - 1).join('')}…` : graphemes.join('');
}

/** As `shorten`, where the receiver counts UTF-16 code units: the text has at most `unitsMax` of them. */
export function shortenToUnits(text: string, unitsMax: number): string {
  let shortened = text;
  for (let graphemes = unitsMax; shortened.length > unitsMax && graphemes > 0; graphemes = Math.min(graphemes - 1, Math.ceil((graphemes * unitsMax) / shortened.length))) {
    shortened = shorten(text, graphemes);
  }
  return shortened;
}
