import type { JSX } from 'preact';
import { NO_VALUE } from '../shared/format.ts';
import type { WallModel } from './wall-model.ts';

/** The two numbers to be read first, in one size: the longer one decides it, so that both stay whole. */
export function TotalsPanel({ model }: { model: WallModel }): JSX.Element {
  const { texts, format } = model.voice.value;
  const bound = model.bound.value;
  const totals = model.board.value.counts?.totals24h ?? null;
  const items = totals === null ? NO_VALUE : format.count(totals.items, bound);
  const complaints = totals === null ? NO_VALUE : format.count(totals.complaints, bound);
  const longest = Math.max(items.length, complaints.length);
  const size = longest <= 6 ? 'short' : longest <= 9 ? 'medium' : 'long';
  return (
    <section class="panel totals" aria-labelledby="totals-heading">
      <h2 id="totals-heading" class="unseen">{texts.totalsHeading}</h2>
      <dl class={`number-${size}`}>
        <div class="total">
          <dt>{texts.items24h}</dt>
          <dd>{items}</dd>
        </div>
        <div class="total total-complaints">
          <dt>
            {texts.complaints24h}
            <small>{totals === null ? '' : texts.shareOfItems(format.share(totals.complaints, totals.items, bound))}</small>
          </dt>
          <dd>{complaints}</dd>
        </div>
      </dl>
    </section>
  );
}
