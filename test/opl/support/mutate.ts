/** A random number generator with a seed (mulberry32), so that failures can be repeated. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KEYWORDS =
  'class implements this ctx Namespace related permits Array SubjectSet traverse includes subject Context boolean';
const OPERATORS = '=> || && : . ( ) [ ] { } < > = , ; | !';
const PIECES = [
  ...KEYWORDS.split(' '),
  ...OPERATORS.split(' '),
  '"',
  "'",
  '//',
  '/*',
  '*/',
  '\n',
  ' ',
  '\t',
  '\r',
].concat('#', '5', '\u0000', 'ß', '🎉', '\uFEFF', '\uFFFD', '"class"', 'x');

/** The document with up to four pieces removed, doubled, swapped or put in. */
export function mutate(source: string, random: (below: number) => number): string {
  let text = source;
  for (let rounds = 1 + random(4); rounds > 0; rounds--) {
    const at = random(text.length + 1);
    const length = random(random(4) === 0 ? 40 : 4);
    const piece = PIECES[random(PIECES.length)] ?? '';
    switch (random(4)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at + length) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + piece + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + piece + text.slice(at + length);
    }
  }
  return text;
}
