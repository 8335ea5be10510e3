const ENDS_IN_HAN = /[\p{Script=Han}”）]$/u;
const BEGINS_WITH_HAN = /^[\p{Script=Han}“（]/u;

/**
 * A sentence in Chinese with values in it: the space that stands before and after a word in Latin letters or digits goes where the value is Chinese as well:
 * han`来自 ${'App'} 的` is 来自 App 的, han`来自 ${'华东'} 的` is 来自华东的. Pure.
 */
export function han(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  let text = parts[0] ?? '';
  values.forEach((value, at) => {
    const [said, after] = [String(value), parts[at + 1] ?? ''];
    text = joined(text, said);
    text = after.startsWith(' ') && ENDS_IN_HAN.test(said) && BEGINS_WITH_HAN.test(after.slice(1)) ? text + after.slice(1) : text + after;
  });
  return text;
}

function joined(text: string, said: string): string {
  return text.endsWith(' ') && ENDS_IN_HAN.test(text.slice(0, -1)) && BEGINS_WITH_HAN.test(said) ? text.slice(0, -1) + said : text + said;
}
