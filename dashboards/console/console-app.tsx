import type { JSX } from 'preact';
import { LOCALES, otherLanguage } from '../shared/language.ts';
import { SHARED_TEXTS } from '../shared/texts.ts';
import { AlertTables } from './alert-tables.tsx';
import { ChannelTable } from './channel-table.tsx';
import { DeadLetterTable } from './dead-letter-table.tsx';
import { EarlyTable } from './early-table.tsx';
import { FeedbackSearch } from './feedback-search.tsx';
import { IncidentPanel } from './incident/incident-panel.tsx';
import { isSureOfAlerts, ReadinessState, useReadiness } from './readiness.tsx';
import { RuleTable } from './rule-table.tsx';
import { SilenceTable } from './silence-table.tsx';
import { TokenField } from './token-field.tsx';
import type { ConsoleVoice } from './voice.ts';

interface ConsoleAppProps {
  voice: ConsoleVoice;
  workspace: string | null;
  /** `?…` for links that keep the language and the workspace. */
  search: string;
  /** Whose incident is shown; null: none. */
  alert: string | null;
  onShowAlert: (alertId: string | null) => void;
  onSwitchLanguage: () => void;
}

/** The server at a glance: is it ready, what is alerting, what came in. */
export function ConsoleApp({ voice, workspace, search, alert, onShowAlert, onSwitchLanguage }: ConsoleAppProps): JSX.Element {
  const { texts, language } = voice;
  const shared = SHARED_TEXTS[language];
  const readiness = useReadiness();
  return (
    <div class="console">
      <header>
        <h1>
          Tocsin <span>{texts.heading}</span>
        </h1>
        <ReadinessState voice={voice} readiness={readiness} />
        <nav aria-label={texts.links}>
          <a class="primary" href={`wall${search}`}>{shared.opensWall}</a>
          <a href="openapi.json">{texts.apiDescription}</a>
          <a href="metrics">{texts.metrics}</a>
          <a href="readyz">{texts.readiness}</a>
        </nav>
        <button type="button" class="plain" lang={LOCALES[otherLanguage(language)]} aria-label={shared.switchLanguageHint} onClick={onSwitchLanguage}>
          {shared.switchLanguage}
        </button>
      </header>
      <main>
        <TokenField voice={voice} />
        {alert === null ? null : <IncidentPanel key={alert} voice={voice} alertId={alert} onClose={() => onShowAlert(null)} />}
        <AlertTables voice={voice} workspace={workspace} isSure={isSureOfAlerts(readiness)} search={search} onShowAlert={onShowAlert} />
        <SilenceTable voice={voice} />
        <EarlyTable voice={voice} workspace={workspace} />
        <FeedbackSearch voice={voice} workspace={workspace} />
        <RuleTable voice={voice} workspace={workspace} />
        <ChannelTable voice={voice} />
        <DeadLetterTable voice={voice} />
      </main>
    </div>
  );
}
