import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { LocalText } from '../../core/rule.ts';
import { faultAdvice } from '../channels/fault-advice.ts';
import type { Page } from '../notify/page.ts';
import { renderPage } from '../notify/render-page.ts';
import type { RenderOptions } from '../notify/render-page.ts';
import { sampleEvent } from '../notify/sample-page.ts';
import { oneLine } from '../notify/safe-text.ts';

const TITLE: LocalText = { zh: '通知渠道故障', en: 'A notification channel fails' };

/** The page by which people learn, over other channels, that one channel fails or works again. */
export function channelAlarmPage({ channelId, detail, why, sinceMs, nowMs, state }: { channelId: string; detail: string; why?: DeliveryFault | undefined; sinceMs: number; nowMs: number; state: 'failing' | 'works-again' }, options: RenderOptions): Page {
  const alertId = `channel-${channelId}-${sinceMs}`;
  const base = { ...sampleEvent(state === 'failing' ? 'opened' : 'resolved', nowMs), id: `${alertId}-${state}`, alertId, ruleId: 'channel-failing', title: TITLE, group: {}, severity: 'critical' as const };
  const page = renderPage({ ...base, ...(base.kind === 'opened' ? { quotes: [] } : {}) }, `${alertId}-${state}`, options);
  const at = options.times.text(nowMs);
  const since = options.times.text(sinceMs);
  const line: LocalText = state === 'failing'
    ? { zh: `【严重】通知渠道 ${channelId} 发送失败 · ${at}`, en: `[CRITICAL] The channel ${channelId} does not deliver · ${at}` }
    : { zh: `【已恢复】通知渠道 ${channelId} 恢复发送 · ${at}`, en: `[RESOLVED] The channel ${channelId} delivers again · ${at}` };
  const said = oneLine(detail);
  const advice = why === undefined ? undefined : faultAdvice(why);
  const notice: { zh: string[]; en: string[] } = state === 'failing'
    ? {
      zh: [`自 ${since} 起发送失败。`, ...(advice === undefined ? [] : [`${advice.zh}。`]), `报错原文：“${said}”`, '等待中的告警会继续重试 24 小时；请检查渠道配置与密钥。'],
      en: [`It has failed since ${since}.`, ...(advice === undefined ? [] : [`${advice.en}.`]), `What it said: "${said}"`, 'Pages that wait are tried for 24 hours; look at how the channel is set up and at its keys.'],
    }
    : { zh: [`故障始于 ${since}`], en: [`It failed since ${since}`] };
  return {
    ...page, endsAt: null, firstItemAt: null, lastItemAt: null, quotes: [], notice,
    links: { ...page.links, alert: `${options.publicUrl}/`, evidence: `${options.publicUrl}/` },
    summary: { zh: { line: line.zh, text: [line.zh, ...notice.zh].join('\n') }, en: { line: line.en, text: [line.en, ...notice.en].join('\n') } },
  };
}
