import type { PortName } from '../../support/replay/suite.ts';

/** Ours; what changes policies needs the write port. */
export const POLICY_SERVICE = 'stheno.policy.v1.PolicyService';

const flavor = 'FLAVOR_EXACT';
const policy = { id: 'p', subjects: ['maria'], resources: ['beach'], actions: ['view'], effect: 'EFFECT_ALLOW' };
const request = { subject: 'maria', resource: 'beach', action: 'view' };
const role = { id: 'family', members: ['maria'] };

const call = (name: string, message: object, answer: object, port: PortName = 'write') => ({
  port,
  method: `${POLICY_SERVICE}/${name}`,
  request: { flavor, ...message },
  answer,
});

/** A call of every method of the policy service, in an order in which all of them find what they need. */
export const POLICY_CALLS: readonly { port: PortName; method: string; request: object; answer: object }[] = [
  call('UpsertPolicy', { policy }, { policy }),
  call('GetPolicy', { id: 'p' }, { policy }, 'read'),
  call('ListPolicies', {}, { policies: [policy] }, 'read'),
  call('Allowed', { request }, { allowed: true }, 'read'),
  call('BatchAllowed', { requests: [request] }, { results: [{ allowed: true }] }, 'read'),
  call('Explain', { request }, { allowed: true, policies: [{ id: 'p' }] }, 'read'),
  call('UpsertRole', { role }, { role }),
  call('GetRole', { id: 'family' }, { role }, 'read'),
  call('ListRoles', {}, { roles: [role] }, 'read'),
  call('AddRoleMembers', { role_id: 'family', members: ['carla'] }, { role: { members: ['maria', 'carla'] } }),
  call('RemoveRoleMember', { role_id: 'family', member: 'carla' }, {}),
  call('DeleteRole', { id: 'family' }, {}),
  call('DeletePolicy', { id: 'p' }, {}),
];
