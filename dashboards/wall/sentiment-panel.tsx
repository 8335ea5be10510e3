import type { JSX } from 'preact';
import type { WallModel } from './wall-model.ts';

const SENTIMENTS = ['negative', 'neutral', 'positive'] as const;
/** The direction of each, for those who do not see the colours. */
const SIGNS = { negative: '▼', neutral: '■', positive: '▲' } as const;

/** Shares of all feedback of 24 hours as one divided bar, with the numbers written out. */
export function SentimentPanel({ model }: { model: WallModel }): JSX.Element {
  const { texts, format } = model.voice.value;
  const bound = model.bound.value;
  const totals = model.board.value.counts?.totals24h ?? { negative: 0, neutral: 0, positive: 0 };
  const whole = totals.negative + totals.neutral + totals.positive;
  return (
    <section class="panel sentiment" aria-labelledby="sentiment-heading">
      <h2 id="sentiment-heading">{texts.sentimentHeading}</h2>
      <div class="split" aria-hidden="true">
        {SENTIMENTS.map((name) => (
          <div key={name} class={`split-part fill-${name}`} style={{ flexGrow: whole === 0 ? 1 : totals[name] / whole }} />
        ))}
      </div>
      <dl>
        {SENTIMENTS.map((name) => (
          <div key={name} class={`feeling feeling-${name}`}>
            <dt>
              <span aria-hidden="true">{SIGNS[name]} </span>
              {texts[name]}
            </dt>
            <dd>
              {format.share(totals[name], whole, bound)} <small>{whole === 0 ? '' : format.count(totals[name], bound)}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
