import { render } from 'preact';
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { createFormatter } from '../shared/format.ts';
import { chooseLanguage, LOCALES, otherLanguage } from '../shared/language.ts';
import { parsePageQuery, withAlert, withLanguage } from '../shared/page-context.ts';
import { ConsoleApp } from './console-app.tsx';
import { CONSOLE_TEXTS } from './texts.ts';

const query = parsePageQuery(location.search);
const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element with the id "page"');
const alert = signal(query.alert);
const language = signal(chooseLanguage(query.language, navigator.languages));

function switchLanguage(): void {
  language.value = otherLanguage(language.value);
  history.replaceState(null, '', withLanguage(location.href, language.value));
}

function showAlert(alertId: string | null): void {
  if (alertId === alert.value) return;
  history.pushState(null, '', withAlert(location.search, alertId));
  const left = alert.value;
  alert.value = alertId;
  if (alertId === null && left !== null) focusLink(left);
}

/** Whoever closes an incident goes on from the alert that it was opened from. */
function focusLink(alertId: string): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.console tbody th a')];
  links.find(({ search }) => parsePageQuery(search).alert === alertId)?.focus();
}

addEventListener('popstate', () => { alert.value = parsePageQuery(location.search).alert; });

function Page(): JSX.Element {
  const texts = CONSOLE_TEXTS[language.value];
  document.documentElement.lang = LOCALES[language.value];
  document.title = texts.documentTitle;
  const voice = { language: language.value, texts, format: createFormatter(language.value) };
  return <ConsoleApp voice={voice} workspace={query.workspace} search={withAlert(location.search, null)} alert={alert.value} onShowAlert={showAlert} onSwitchLanguage={switchLanguage} />;
}

render(<Page />, page);
