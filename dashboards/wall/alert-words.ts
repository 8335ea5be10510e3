import { TROUBLE_GROUP, troubleOf } from '../../core/trouble.ts';
import { groupName } from '../shared/names.ts';
import { SHARED_TEXTS, severityName } from '../shared/texts.ts';
import type { Bound } from '../shared/format.ts';
import type { News, ShownAlert } from './board-state.ts';
import type { Voice } from './wall-model.ts';

/** What the alert is about: its group in words, or that it is about everything. */
export function alertGroup(alert: ShownAlert, voice: Voice): string {
  if (troubleOf(alert.ruleId) !== undefined) return TROUBLE_GROUP[voice.language];
  return groupName(alert.group, voice.language) || SHARED_TEXTS[voice.language].ungrouped;
}

export function alertTitle(alert: ShownAlert, voice: Voice): string {
  return alert.title[voice.language] || alert.title.zh || alert.ruleId;
}

export function alertSince(alert: ShownAlert, voice: Voice, serverNowMs: number): string {
  const { texts, format } = voice;
  return texts.since(format.moment(alert.openedAtMs, serverNowMs), format.duration(serverNowMs - alert.openedAtMs));
}

/** When it ends by itself; once that moment has passed the resolve is on its way, or the data is not. */
export function alertEnds(alert: ShownAlert, voice: Voice, serverNowMs: number): string {
  const { texts, format } = voice;
  if (alert.endsAtMs === null) return texts.endsWhenOver;
  return alert.endsAtMs > serverNowMs ? texts.endsAt(format.moment(alert.endsAtMs, serverNowMs)) : texts.endsSoon;
}

/** Since when and until when, for a card with room for little. */
export function alertSpan(alert: ShownAlert, voice: Voice, serverNowMs: number): string {
  const { texts, format } = voice;
  const moment = (ms: number): string => format.moment(ms, serverNowMs);
  return texts.span(moment(alert.openedAtMs), moment(Math.max(alert.endsAtMs ?? serverNowMs, serverNowMs)));
}

const WIDE = /[\u1100-\u115f\u2190-\u22ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;

/** Roughly how wide a text is set, in digits: Chinese characters and signs such as `≥` take nearly two. At least 1. */
export function widthInDigits(text: string): number {
  return Math.max(1, [...text].reduce((sum, char) => sum + (WIDE.test(char) ? 1.8 : 1), 0));
}

/** One piece of news as a sentence to be spoken. */
export function spokenNews(news: News, voice: Voice, bound: Bound): string {
  const { texts, format, language } = voice;
  const { alert } = news;
  const what = `${alertGroup(alert, voice)}, ${alertTitle(alert, voice)}`;
  const counts = `${texts.ofThreshold(format.count(alert.count, bound), format.count(alert.fireAt))} ${texts.inWindow(format.window(alert.windowMs))}`;
  switch (news.kind) {
    case 'opened':
      return texts.spokenOpened(severityName(alert.severity, language), what, counts);
    case 'escalated':
      return texts.spokenEscalated(severityName(alert.severity, language), what, counts);
    case 'resolved':
      return texts.spokenResolved(what);
  }
}
