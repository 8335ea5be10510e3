import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { NO_VALUE } from '../shared/format.ts';
import { MinuteChart } from './minute-chart.tsx';
import { fiveMinuteSums, MINUTE_MS, summariseMinutes } from './minute-series.ts';
import type { MinuteField } from './minute-series.ts';
import type { WallModel } from './wall-model.ts';

/** The last hour by the minute: two charts with scales of their own, since complaints are a small part of the items. */
export function MinutesPanel({ model }: { model: WallModel }): JSX.Element {
  const { texts } = model.voice.value;
  return (
    <section class="panel minutes" aria-labelledby="minutes-heading">
      <h2 id="minutes-heading" class="unseen">{texts.minutesHeading}</h2>
      <Figure model={model} field="items" name={texts.itemsPerMinute} />
      <Figure model={model} field="complaints" name={texts.complaintsPerMinute} />
      <MinutesTable model={model} />
    </section>
  );
}

function Figure({ model, field, name }: { model: WallModel; field: MinuteField; name: string }): JSX.Element {
  const { texts, format } = model.voice.value;
  const bound = model.bound.value;
  const { counts } = model.board.value;
  const summary = counts === null ? null : summariseMinutes(counts, field);
  const last = summary?.last == null ? NO_VALUE : format.count(summary.last, bound);
  const min = format.count(summary?.min ?? NaN, bound);
  const max = format.count(summary?.max ?? NaN, bound);
  return (
    <figure class={`figure figure-${field}`}>
      <figcaption>
        <span class="figure-name">
          {name} <small>{texts.overHour}</small>
        </span>
        <span class="figure-last">
          <small>{texts.lastMinute}</small>
          <strong>{last}</strong>
        </span>
      </figcaption>
      <div class="chart" role="img" aria-label={texts.chartSummary(name, last, min, max)}>
        <MinuteChart model={model} field={field} />
      </div>
    </figure>
  );
}

/** The charts as numbers, for those who hear the page. It changes once a minute. */
function MinutesTable({ model }: { model: WallModel }): JSX.Element | null {
  const voice = model.voice.value;
  const bound = model.bound.value;
  const { counts } = model.board.value;
  const minute = Math.floor((counts?.perMinute.endMs ?? 0) / MINUTE_MS);
  return useMemo(() => {
    if (counts === null) return null;
    const { texts, format } = voice;
    return (
      <table class="unseen">
        <caption>{texts.minutesTable}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.columnTime}</th>
            <th scope="col">{texts.itemsPerMinute}</th>
            <th scope="col">{texts.complaintsPerMinute}</th>
          </tr>
        </thead>
        <tbody>
          {fiveMinuteSums(counts).map((row, index) => (
            <tr key={index}>
              <th scope="row">{format.hourMinute(row.endMs)}</th>
              <td>{format.count(row.items, bound)}</td>
              <td>{format.count(row.complaints, bound)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  }, [minute, voice, bound]);
}
