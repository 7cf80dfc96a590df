import { quote } from '../../opl/quote.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/json-value.ts';

/** What became of a policy, as people read it. */
const OUTCOMES: Readonly<Record<string, string>> = {
  applied: 'applies',
  unmet: 'does not apply: not all of its conditions are met',
  failed: 'cannot be evaluated',
};

/** The answer of an explanation alone. */
export function formatAnswer(explanation: JsonValue): string {
  const { allowed, error } = objectOf(explanation);
  if (error !== undefined) return `No answer: ${textOf(error)}`;
  return allowed === true ? 'Allowed' : 'Denied';
}

/** An explanation in lines. What comes from policies is quoted: it may be anything. */
export function formatExplanation(explanation: JsonValue): string {
  const { roles, policies, truncated } = objectOf(explanation);
  const told = listOf(policies).map(objectOf);
  const lines = [
    formatAnswer(explanation),
    ...(listOf(roles).length === 0 ? [] : [`Roles: ${listOf(roles).map(quoted).join(', ')}`]),
    ...(told.length === 0 ? ['No policy matches.'] : told.flatMap((policy) => ['', ...policyLines(policy)])),
    ...(truncated === true ? ['', 'There are more than these.'] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function policyLines(policy: JsonObject): string[] {
  const { id, effect, outcome, error, subject, role, resource, action, conditions } = policy;
  const head = `${quoted(id)} (${textOf(effect)}) ${OUTCOMES[textOf(outcome)] ?? textOf(outcome)}`;
  if (error !== undefined) return [head, `  ${textOf(error)}`];
  const throughRole = role === undefined ? '' : `, through the role ${quoted(role)}`;
  return [
    head,
    `  subject    ${quoted(subject)}${throughRole}`,
    `  resource   ${quoted(resource)}`,
    `  action     ${quoted(action)}`,
    ...listOf(conditions).map(objectOf).map(conditionLine),
  ];
}

function conditionLine({ key, type, met }: JsonObject): string {
  return `  condition  ${quoted(key)} ${quoted(type)}: ${met === true ? 'met' : 'not met'}`;
}

function quoted(value: JsonValue | undefined): string {
  return quote(textOf(value));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []; // isArray forgets what a readonly array holds
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
