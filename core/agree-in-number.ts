/** What is counted in sentences in English, in the plural. */
const COUNTED = [
  'alerts', 'bytes', 'categories', 'channels', 'characters', 'classes', 'customers', 'days', 'entries', 'events', 'faults', 'files', 'frames', 'groups', 'hours', 'incidents', 'items', 'lines', 'minutes', 'months', 'notes', 'pages',
  'parts', 'people', 'problems', 'ranges', 'recipients', 'routes', 'rows', 'rules', 'schedules', 'seconds', 'silences', 'snapshots', 'tables', 'texts', 'times', 'topics', 'warnings', 'weeks', 'words',
];
const QUALIFIED = ['alert', 'different', 'labelled', 'made-up', 'member', 'more(?: new)?', 'new', 'other', 'silent', 'waiting'];
const ONE_OF_MANY = new RegExp(`(?<!\\d[.,]?)(?<of>\\bof )?1 (?<how>(?:(?:${QUALIFIED.join('|')}) )?)(?<noun>${COUNTED.join('|')})(?![\\w/-])(?<verb>(?: that)? (?:are|were|have|wait|match)\\b)?`, 'gu');
const VERBS: Readonly<Record<string, string>> = { are: 'is', were: 'was', have: 'has', wait: 'waits', match: 'matches' };

/** `1 items were played` becomes `1 item was played`: sentences in English are written for many, and this puts each `1` of them right. Pure. */
export function agreeInNumber(text: string): string {
  return text.replace(ONE_OF_MANY, (...found) => {
    const { of = '', how = '', noun = '', verb = '' } = found.at(-1) as Record<string, string | undefined>;
    return `${of}1 ${how}${singularOf(noun)}${of === '' ? verb.replace(/\w+$/u, (word) => VERBS[word] ?? word) : verb}`;
  });
}

function singularOf(noun: string): string {
  if (noun === 'people') return 'person';
  return noun.replace(/(?:ies|(?<=ss)es|s)$/u, (end) => (end === 'ies' ? 'y' : ''));
}
