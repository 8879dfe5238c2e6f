import type { FigureData, QuantileFigure, TableFigure } from '@filiation/evidence';
import { figureStyle } from '../html/assets.ts';
import { html, type Markup, markupText } from '../html/markup.ts';
import { drawCountsAgainstNull } from './counts-against-null.ts';
import { dataTable } from './data-table.ts';
import { drawDistribution } from './distribution.ts';
import type { Drawn } from './drawn.ts';
import { drawHeatMap } from './heat-map.ts';
import { drawQuantiles } from './quantile.ts';
import { drawRoc, type RocFigure } from './roc.ts';
import { drawSpectrum } from './spectrum.ts';

/** Longer tables are closed at first, so that what follows them is found. */
const MOST_ROWS_OPEN = 24;

/** A figure as it stands in a page: title, caption, drawing, and its data behind a disclosure.
 *  `id` must be unique in the page and made of letters, digits and hyphens. */
export function figureBlock(figure: FigureData, id: string): Markup {
  const { svg, table } = draw(figure, id);
  const data =
    svg === undefined
      ? table
      : html`<details class="figure-data"><summary>Data of this figure</summary>${table}</details>`;
  return html`<figure class="figure" id="${id}"><figcaption><h4>${figure.title}</h4><p>${figure.caption}</p></figcaption>
${svg !== undefined && html`<div class="scroll" role="region" tabindex="0" aria-label="${figure.title}, drawing">${svg}</div>`}
${data}</figure>
`;
}

function draw(figure: FigureData, id: string): Drawn {
  switch (figure.kind) {
    case 'heat-map':
      return drawHeatMap(figure, id);
    case 'counts-against-null':
      return drawCountsAgainstNull(figure, id);
    case 'distribution':
      return drawDistribution(figure, id);
    case 'spectrum':
      return drawSpectrum(figure, id);
    case 'quantile-quantile':
      return drawQuantiles(figure, id);
    case 'table':
      return { table: tableOf(figure) };
    default:
      return {
        table: html`<p class="note">This version cannot draw a figure of this kind; its data are in the JSON document.</p>`,
      };
  }
}

function tableOf({ title, columns, rows }: TableFigure): Markup {
  const table = dataTable(title, columns, rows, { captionShown: true });
  return rows.length <= MOST_ROWS_OPEN
    ? table
    : html`<details class="inner"><summary>All ${rows.length} rows</summary>${table}</details>`;
}

/** A figure as an SVG file that follows the reader's light or dark setting. Undefined where there is
 *  nothing to draw (no data, or a table). */
export function figureSvg(figure: FigureData): string | undefined {
  return standalone(draw(figure, 'figure').svg);
}

/** A quantile-quantile plot as an SVG file. Undefined where no series has a value. */
export function qqSvg(figure: QuantileFigure): string | undefined {
  return figureSvg(figure);
}

/** A receiver operating characteristic as an SVG file. Undefined where no series is given. */
export function rocSvg(figure: RocFigure): string | undefined {
  return figure.series.length === 0 ? undefined : standalone(drawRoc(figure, 'figure').svg);
}

/** Adds style and background to a drawing, so that it can stand alone in a file or an `img`. */
export function standalone(svg: Markup | undefined): string | undefined {
  if (svg === undefined) return undefined;
  return markupText(svg).replace(
    /^(<svg[^>]*>)/,
    (open) => `${open}<style>${figureStyle()}</style><rect width="100%" height="100%" class="background"/>`,
  );
}
