/** NATS subject matching: `*` stands for one token, `>` at the end for one or more. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] === '>') return given.length > index;
    if (index >= given.length) return false;
    if (wanted[index] !== '*' && wanted[index] !== given[index]) return false;
  }
  return wanted.length === given.length;
}

/** Keys of the key-value store: what NATS accepts as a subject's tail. */
export function isKey(key: string): boolean {
  return key.length <= 200 && /^[-/_=.a-zA-Z0-9]+$/.test(key) && !key.startsWith('.') && !key.endsWith('.');
}
