import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { categoryName } from '../shared/names.ts';
import { severityShape, SeverityMark } from '../shared/severity-mark.tsx';
import { severityName } from '../shared/texts.ts';
import { rankCategories } from './category-rows.ts';
import type { CategoryRow } from './category-rows.ts';
import { useRowsThatFit } from './use-rows-that-fit.ts';
import type { WallModel } from './wall-model.ts';

/** Longer names are set smaller. */
const NAME_CHARS_MAX = 17;

/** Complaints by category, largest first: a table whose bars are drawn in its cells, so that it needs no second text. */
export function CategoryPanel({ model }: { model: WallModel }): JSX.Element {
  const { texts, format } = model.voice.value;
  const body = useRef<HTMLDivElement>(null);
  const rowsMax = useRowsThatFit(body);
  const { counts, open } = model.board.value;
  const ranked = counts === null ? null : rankCategories(counts, open, rowsMax);
  const longest = Math.max(0, ...(ranked?.rows ?? []).map((row) => format.count(row.complaints24h, model.bound.value).length));
  return (
    <section class="panel categories" aria-labelledby="categories-heading">
      <h2 id="categories-heading">
        {texts.categoriesHeading} <small>{texts.categoriesNote}</small>
      </h2>
      <div class="rows" ref={body}>
        <table class={`${digitsClass(longest)} ${ranked?.rest == null ? '' : 'rows-all'}`} aria-labelledby="categories-heading">
          <thead>
            <tr>
              <th scope="col" class="col-name">{texts.columnCategory}</th>
              <th scope="col" class="col-bar">{texts.columnBar}</th>
              <th scope="col" class="col-day">{texts.column24h}</th>
              <th scope="col" class="col-less">{texts.column1h}</th>
              <th scope="col" class="col-less">{texts.column5m}</th>
            </tr>
          </thead>
          <tbody>
            {ranked?.rows.map((row) => <Row key={row.id} model={model} row={row} scaleMax={ranked.scaleMax} />)}
            {ranked !== null && ranked.rest !== null ? (
              <tr class="row-rest">
                <th scope="row" colSpan={2}>{texts.restRow(format.count(ranked.rest.categories))}</th>
                <td class="col-day">{format.count(ranked.rest.complaints24h, model.bound.value)}</td>
                <td class="col-less" />
                <td class="col-less" />
              </tr>
            ) : null}
          </tbody>
        </table>
        {ranked !== null && ranked.rows.length === 0 ? <p class="nothing">{texts.noCategories}</p> : null}
      </div>
    </section>
  );
}

/** Longer numbers get wider columns and smaller digits, and are never cut. */
function digitsClass(chars: number): string {
  if (chars <= 5) return 'digits-few';
  return chars <= 7 ? 'digits-some' : 'digits-many';
}

function Row({ model, row, scaleMax }: { model: WallModel; row: CategoryRow; scaleMax: number }): JSX.Element {
  const { texts, format, language } = model.voice.value;
  const bound = model.bound.value;
  const { alert, thresholdAt } = row;
  const name = categoryName(row.id, language);
  return (
    <tr class={alert === null ? '' : `row-alert row-${severityShape(alert.severity)}`}>
      <th scope="row" class={`col-name${name.length > NAME_CHARS_MAX ? ' name-long' : ''}`}>
        {alert === null ? null : (
          <>
            <SeverityMark severity={alert.severity} />
            <span class="unseen">{severityName(alert.severity, language)} </span>
          </>
        )}
        {name}
      </th>
      <td class="col-bar">
        <div class="bar">
          <div class="bar-fill" style={{ transform: `scaleX(${row.complaints24h / scaleMax})` }} />
          {thresholdAt === null ? null : (
            <div class={`bar-threshold${thresholdAt < scaleMax / 4 ? ' bar-threshold-low' : ''}`} style={{ left: `${(thresholdAt / scaleMax) * 100}%` }}>
              <span>
                <span class="unseen">{texts.threshold('')}</span>
                {format.count(thresholdAt)}
              </span>
            </div>
          )}
        </div>
      </td>
      <td class="col-day">{format.count(row.complaints24h, bound)}</td>
      <td class="col-less">{format.count(row.complaints1h, bound)}</td>
      <td class="col-less">{format.count(row.complaints5m, bound)}</td>
    </tr>
  );
}
