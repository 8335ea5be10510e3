import { LineCounter, parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { yamlFaults } from './yaml-faults.ts';

function said(text: string): string[] {
  const lines = new LineCounter();
  return yamlFaults(text, parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors, lines).map(({ line, column, message }) => `${line}:${column} ${message.replace('is not valid YAML: ', '')}`);
}

describe('a text that is no YAML', () => {
  it.each([
    ['a tab', '- id: a\n\tkind: threshold\n', '2:2 a tab stands before the text; YAML is indented with spaces'],
    ['a full-width colon between keys', '- id: a\n  title： x\n  kind: threshold\n', '2:3 the colon is full-width (：); YAML wants a half-width one with a space behind it'],
    ['a full-width colon at the end', '- id: a\n  title：x\n', '2:3 the colon is full-width (：); YAML wants a half-width one with a space behind it'],
    ['no space behind a colon', '- id: a\n  kind:threshold\n  window: 1h\n', '2:3 a space is missing behind the colon'],
    ['a quotation mark that stays open', '- id: a\n  title: {zh: "x, en: y}\n  kind: threshold\n', '2:15 a quotation mark is opened and not closed'],
    ['a list that stays open', '- id: a\n  notify: [on-call\n  kind: threshold\n', '2:11 a [ is opened and not closed'],
    ['a map that stays open', '- id: a\n  title: {zh: x\n  kind: threshold\n', '2:10 a { is opened and not closed'],
    ['a colon inside a value', '- id: a\n  where: note: x\n', '2:10 a value in which ": " stands must be in quotation marks'],
    ['a key too far left', '- id: a\n  kind: threshold\n window: 1h\n', '3:1 the keys of one entry must begin in one column'],
    ['a key too far right', '- id: a\n   kind: threshold\n  window: 1h\n', '1:7 the keys of one entry must begin in one column'],
    ['a key twice, in the words of the parser', '- id: a\n  id: b\n', '2:3 Map keys must be unique'],
  ])('is told with its cause and place: %s', (_, text, expected) => expect(said(text)).toEqual([expected]));
});
