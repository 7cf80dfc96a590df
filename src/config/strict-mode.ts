import type { Config } from './config.ts';

/** Whether strict mode is on: by its own key, or by the deprecated one beside the model's location. */
export function strictMode({ feature_flags, namespaces }: Pick<Config, 'feature_flags' | 'namespaces'>): boolean {
  const deprecated = typeof namespaces === 'object' && 'location' in namespaces && namespaces.experimental_strict_mode;
  return feature_flags.strict_mode || deprecated;
}
