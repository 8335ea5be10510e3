import type { Trace } from './encoder.ts';

const KEYWORDS_MAX = 5;
/** A keyword holds at most this many units: Han characters or words. */
const SPAN_UNITS_MAX = 10;
/** A span counts only with this share of the strongest span's contribution. */
const SPAN_SHARE_MIN = 0.2;

const MEANS_NOTHING = /^[\p{P}\p{S}\p{Z}\s]*$/u;
const EMOJI = /\p{Extended_Pictographic}/u;
const HAN = /\p{Script=Han}/u;

/** What a UTF-16 unit says by itself; of the halves of a pair only the patterns can tell. */
const CLASSES = { other: 0, han: 1, mark: 2, half: 3 } as const;
let classes: Uint8Array | null = null;

/** [65,536]: made at the first call, because patterns are slow for what is asked of each unit of each text. */
function classTable(): Uint8Array {
  if (classes !== null) return classes;
  classes = new Uint8Array(65_536);
  for (let code = 0; code < classes.length; code++) {
    const character = String.fromCharCode(code);
    if (code >= 0xd800 && code <= 0xdfff) classes[code] = CLASSES.half;
    else if (HAN.test(character)) classes[code] = CLASSES.han;
    else if (MEANS_NOTHING.test(character) && !EMOJI.test(character)) classes[code] = CLASSES.mark;
  }
  return classes;
}

/** Marks end a span; an emoji may stand in one. */
function isBoundary({ text }: Trace, start: number, end: number): boolean {
  const table = classTable();
  for (let at = start; at < end; at++) {
    const of = table[text.charCodeAt(at)];
    if (of === CLASSES.half) return MEANS_NOTHING.test(text.slice(start, end)) && !EMOJI.test(text.slice(start, end));
    if (of !== CLASSES.mark) return false;
  }
  return true;
}

interface Span {
  start: number;
  end: number;
  weight: number;
}

function isHan(trace: Trace, t: number): boolean {
  if (t >= trace.units) return false;
  const start = trace.unitStart[t]!;
  const end = trace.unitEnd[t]!;
  if (end === start + 1) return classTable()[trace.text.charCodeAt(start)] === CLASSES.han;
  return HAN.test(trace.text.slice(start, end));
}

/** The part of a run that pushed most, at most SPAN_UNITS_MAX long. */
function strongestWindow(run: Span, contributions: Float32Array, direction: 1 | -1): Span {
  if (run.end - run.start < SPAN_UNITS_MAX) return run;
  let best: Span = { start: run.start, end: run.start, weight: -Infinity };
  for (let start = run.start; start + SPAN_UNITS_MAX - 1 <= run.end; start++) {
    let weight = 0;
    for (let t = start; t < start + SPAN_UNITS_MAX; t++) weight += contributions[t]! * direction;
    if (weight > best.weight) best = { start, end: start + SPAN_UNITS_MAX - 1, weight };
  }
  return best;
}

/** Runs of units that pushed the decided way, cut at punctuation; a clause's first character is not cut off its word. */
function findSpans(trace: Trace, contributions: Float32Array, direction: 1 | -1): Span[] {
  const spans: Span[] = [];
  let run: Span | null = null;
  let clauseStart = 0;
  const close = (): void => {
    if (run !== null) spans.push(strongestWindow(run, contributions, direction));
    run = null;
  };
  for (let t = 0; t < trace.units; t++) {
    const weight = contributions[t]! * direction;
    if (isBoundary(trace, trace.unitStart[t]!, trace.unitEnd[t]!)) {
      close();
      clauseStart = t + 1;
    } else if (weight <= 0) {
      // One weak character inside a word, such as the 退 of 闪退登录, does not break it.
      if (run !== null && -weight < run.weight && isHan(trace, t) && isHan(trace, t + 1) && contributions[t + 1]! * direction > 0) {
        run.end = t;
        run.weight += weight;
      } else close();
    } else if (run === null) {
      const isSecondCharacter = t === clauseStart + 1 && isHan(trace, clauseStart);
      run = { start: isSecondCharacter ? clauseStart : t, end: t, weight };
    } else {
      run.end = t;
      run.weight += weight;
    }
  }
  close();
  return spans;
}

/**
 * The parts of the text that moved the decision, strongest first: runs of units that pushed the decided way, cut at
 * punctuation, at most KEYWORDS_MAX. `direction` is 1 for a negative decision, −1 for a positive one.
 */
export function findKeywords(trace: Trace, contributions: Float32Array, direction: 1 | -1): string[] {
  const spans = findSpans(trace, contributions, direction).sort((a, b) => b.weight - a.weight || a.start - b.start);
  const strongest = spans[0]?.weight ?? 0;
  const keywords: string[] = [];
  for (const span of spans) {
    if (span.weight < strongest * SPAN_SHARE_MIN || keywords.length === KEYWORDS_MAX) break;
    const words = trace.text.slice(trace.unitStart[span.start], trace.unitEnd[span.end]).trim();
    // A single Han character says little by itself; its neighbour makes it a word.
    const widened = words.length === 1 && HAN.test(words) ? widen(trace, span.start) : words;
    if (widened !== '' && !keywords.includes(widened)) keywords.push(widened);
  }
  return keywords;
}

function widen(trace: Trace, at: number): string {
  const next = at + 1 < trace.units ? trace.text.slice(trace.unitStart[at + 1], trace.unitEnd[at + 1]) : '';
  if (HAN.test(next)) return trace.text.slice(trace.unitStart[at], trace.unitEnd[at + 1]);
  const previous = at > 0 ? trace.text.slice(trace.unitStart[at - 1], trace.unitEnd[at - 1]) : '';
  return HAN.test(previous) ? trace.text.slice(trace.unitStart[at - 1], trace.unitEnd[at]) : trace.text.slice(trace.unitStart[at], trace.unitEnd[at]);
}
