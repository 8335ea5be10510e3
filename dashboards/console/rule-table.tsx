import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Scrolled } from './alert-tables.tsx';
import { askServer } from './ask-server.ts';
import type { Answer } from './ask-server.ts';
import { parseRules, parseTried } from './rule-answers.ts';
import type { ListedRule, TriedRule } from './rule-answers.ts';
import { wordOf } from './incident/incident-texts.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';
import { Warnings } from './warnings.tsx';

const POLL_MS = 60_000;
/** A month of many items takes its time. */
const TRIAL_WITHIN_MS = 120_000;

type Trial = Answer<TriedRule> | 'running' | null;

const askRules = (): Promise<Answer<ListedRule[]>> => askServer('v1/rules', parseRules);
const workspaceOf = (workspace: string | null): Record<string, string> => (workspace === null ? {} : { workspace });

/** The rules in force, each with a button that says what it would have done in the last 30 days; and the same for a rule that is not made yet. */
export function RuleTable({ voice, workspace }: { voice: ConsoleVoice; workspace: string | null }): JSX.Element {
  const { texts } = voice;
  const { value, trouble } = usePoll(askRules, POLL_MS);
  return (
    <section aria-labelledby="rules-heading">
      <h2 id="rules-heading">{texts.rules}</h2>
      <Trouble voice={voice} trouble={trouble} />
      {value === null ? null : value.length === 0 ? <p>{texts.noRules}</p> : (
        <Scrolled label={texts.rules}>
          <table aria-label={texts.rules}>
            <thead>
              <tr>
                <th scope="col">{texts.rule}</th>
                <th scope="col">{texts.ruleKind}</th>
                <th scope="col">{texts.ruleTry}</th>
              </tr>
            </thead>
            <tbody>
              {value.map((rule) => <RuleRow key={rule.id} voice={voice} workspace={workspace} rule={rule} />)}
            </tbody>
          </table>
        </Scrolled>
      )}
      <NewRule voice={voice} workspace={workspace} />
    </section>
  );
}

function RuleRow({ voice, workspace, rule: { id, title, kind, warnings } }: { voice: ConsoleVoice; workspace: string | null; rule: ListedRule }): JSX.Element {
  const { texts, language } = voice;
  const [trial, setTrial] = useState<Trial>(null);
  const run = async (): Promise<void> => {
    setTrial('running');
    setTrial(await askServer(`v1/rules/${encodeURIComponent(id)}/backtest`, parseTried, { method: 'POST', withinMs: TRIAL_WITHIN_MS, body: workspaceOf(workspace) }));
  };
  return (
    <tr>
      <th scope="row">{title[language]} <small>{id}</small><Warnings voice={voice} warnings={warnings} /></th>
      <td>{wordOf(texts.ruleKinds, kind)}</td>
      <td>
        <button type="button" class="plain" disabled={trial === 'running'} aria-label={`${texts.ruleTry}: ${title[language]}`} onClick={() => void run()}>{texts.ruleTry}</button>{' '}
        <TrialResult voice={voice} trial={trial} />
      </td>
    </tr>
  );
}

function NewRule({ voice, workspace }: { voice: ConsoleVoice; workspace: string | null }): JSX.Element {
  const { texts } = voice;
  const [trial, setTrial] = useState<Trial>(null);
  /** The rule that the trial is of. */
  const [tried, setTried] = useState('');
  const submit = async (form: HTMLFormElement): Promise<void> => {
    // As it is written: the server reads YAML, of which JSON is a part, and says on which line it is wrong.
    const rule = String(new FormData(form).get('rule') ?? '');
    setTrial('running');
    setTried(rule);
    setTrial(await askServer('v1/rules/backtest', parseTried, { method: 'POST', withinMs: TRIAL_WITHIN_MS, body: { rule, ...workspaceOf(workspace) } }));
  };
  return (
    <details>
      <summary>{texts.ruleNew}</summary>
      <form
        class="rule-trial"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <label>
          {texts.ruleYaml}
          <textarea name="rule" rows={12} spellcheck={false} required onInput={() => setTrial(null)}>{EXAMPLE}</textarea>
        </label>
        <button type="submit" class="plain" disabled={trial === 'running'}>{texts.ruleTry}</button>{' '}
        <TrialResult voice={voice} trial={trial} />
        {trial !== null && trial !== 'running' && trial.kind === 'read' ? <Warnings voice={voice} warnings={trial.value.warnings} /> : null}
        {trial !== null && trial !== 'running' && trial.kind === 'read' ? <SwitchOn texts={texts} rule={tried} /> : null}
      </form>
    </details>
  );
}

/** Puts the rule that was tried in force. */
function SwitchOn({ texts, rule }: { texts: ConsoleVoice['texts']; rule: string }): JSX.Element {
  const [said, setSaid] = useState<Answer<true> | 'waiting' | null>(null);
  const press = async (): Promise<void> => {
    setSaid('waiting');
    setSaid(await askServer('v1/rules', () => true as const, { method: 'POST', body: rule }));
  };
  const isOn = said !== null && said !== 'waiting' && said.kind === 'read';
  return (
    <p class="switch-on">
      <button type="button" class="plain" disabled={said === 'waiting' || isOn} onClick={() => void press()}>{texts.ruleSwitchOn}</button>{' '}
      <span role="status">{said === null || said === 'waiting' ? '' : said.kind === 'read' ? `✓ ${texts.ruleIsOn}` : `✕ ${said.kind === 'failed' ? said.reason : texts.unreachable}`}</span>
    </p>
  );
}

function TrialResult({ voice: { texts, format }, trial }: { voice: ConsoleVoice; trial: Trial }): JSX.Element {
  const said = (): string => {
    if (trial === null) return '';
    if (trial === 'running') return texts.ruleTrying;
    if (trial.kind !== 'read') return `✕ ${trial.kind === 'failed' ? trial.reason : texts.unreachable}`;
    const { items, alerts, pagesPerWeek, mostAlertsInOneHour, longestOpenMs } = trial.value;
    return texts.ruleTried({
      items: format.count(items), alerts: format.count(alerts), pagesPerWeek: String(Math.round(pagesPerWeek * 10) / 10), mostAlertsInOneHour: format.count(mostAlertsInOneHour),
      longestOpen: longestOpenMs === null ? null : format.duration(longestOpenMs),
    });
  };
  return <span role="status">{said()}</span>;
}

const EXAMPLE = `- id: refunds
  title:
    zh: 24小时内20起退款投诉
    en: 20 complaints about refunds in 24 h
  kind: threshold
  where: complaint && "after-sales.refund" in categories
  window: 24h
  atLeast: 20
  severity: warning
  notify: [on-call]
`;
