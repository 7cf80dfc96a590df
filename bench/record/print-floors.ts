import { FLOOR_TUPLES, FLOORS, isReached } from './floors.ts';
import type { Results } from './results.ts';

/** Prints which floors were reached. Returns whether all were that were measured; other sizes have none. */
export function printFloors(results: Results): boolean {
  if (results.tuples !== FLOOR_TUPLES) return true;
  console.log('\nfloors');
  const verdicts = FLOORS.map((floor) => {
    const reached = isReached(floor, results);
    const value = floor.measured(results);
    if (reached === undefined || value === undefined) return true;
    const measured = value.toLocaleString('en', { maximumSignificantDigits: 4 });
    const wanted = `${floor.bound} ${floor.limit.toLocaleString('en')} ${floor.unit}`;
    console.log(`  ${reached ? 'ok  ' : 'MISS'} ${floor.server}: ${floor.title}: ${measured}, wanted ${wanted}`);
    return reached;
  });
  return verdicts.every(Boolean);
}
