/** Bars of one subject, one for each series; a series without a value has none. */
export interface BarGroup {
  readonly title: string;
  readonly values: readonly (number | undefined)[];
}

const WIDTH = 860;
const LABEL_WIDTH = 210;
const VALUE_WIDTH = 70;
const BAR = 12;
const GROUP_GAP = 12;
const TOP = 64;
const LEGEND_X = 12;
const LEGEND_Y = 40;
const LEGEND_ENTRY_WIDTH = 160;
/** Told apart in print and by people who do not tell red from green. */
const COLOURS = ['#0b5fa5', '#7fb3dd', '#b35900', '#f0b46c', '#555555', '#aaaaaa'];

/** A horizontal bar chart as an SVG document. Values start at 0; each bar has its value beside it. */
export function barChart(title: string, series: readonly string[], groups: readonly BarGroup[]): string {
  const largest = Math.max(...groups.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const parts: string[] = [];
  let y = TOP;
  for (const { title: label, values } of groups) {
    const bars = values.flatMap((value, place) => (value === undefined ? [] : [{ value, colour: colour(place) }]));
    if (bars.length === 0) continue;
    const middle = y + (bars.length * BAR) / 2 + 4;
    parts.push(text(LABEL_WIDTH - 8, middle, label, 'end'));
    for (const bar of bars) {
      const width = Math.max(1, (bar.value / largest) * room);
      parts.push(rectangle(LABEL_WIDTH, y, width, BAR - 2, bar.colour));
      parts.push(text(LABEL_WIDTH + width + 5, y + BAR - 3, shown(bar.value), 'start', 10));
      y += BAR;
    }
    y += GROUP_GAP;
  }
  const legend = series.flatMap((name, place) => [
    rectangle(LEGEND_X + place * LEGEND_ENTRY_WIDTH, LEGEND_Y - 9, 10, 10, colour(place)),
    text(LEGEND_X + place * LEGEND_ENTRY_WIDTH + 15, LEGEND_Y, name, 'start'),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${escaped(title)}">`,
    rectangle(0, 0, WIDTH, y, '#ffffff'),
    text(12, 20, title, 'start', 14),
    ...legend,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function colour(place: number): string {
  return COLOURS[place % COLOURS.length] ?? '#000000';
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'end', size = 12): string {
  const place = `x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}"`;
  return `<text ${place} font-family="sans-serif" font-size="${size}" fill="#222222">${escaped(content)}</text>`;
}

function shown(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
