import type { Rollout } from '../protocol';
import { code, count, escapeMarkdown, shorten } from './words';

/** How many subscriptions have to name the V4 resources. */
export function subscriptionCount(rollouts: readonly Rollout[] | undefined): number {
  return (rollouts ?? []).reduce((sum, it) => sum + it.subscriptions.length, 0);
}

/** The button and the command. */
export function pointLabel(subscriptions: number): string {
  return `Point ${count(subscriptions, 'Subscription')}`;
}

/** The subscriptions in short, for the dialog. */
export function rolloutFacts(rollouts: readonly Rollout[] | undefined, listed: number): string[] {
  const n = subscriptionCount(rollouts);
  if (n === 0) {
    return [];
  }
  const all = (rollouts ?? []).flatMap((it) => it.subscriptions.map(({ name, path }) => `• ${name} in ${path}`));
  const names = n === 1 ? 'names' : 'name';
  return [`${count(n, 'subscription')} ${names} the V2 resource and must move with it:`, ...shorten(all, listed)];
}

/** The subscriptions with their plans, as parts of a page. */
export function rolloutSection(rollouts: readonly Rollout[] | undefined): string[] {
  const told = (rollouts ?? []).filter((it) => it.subscriptions.length > 0);
  return told.flatMap((rollout) => {
    const names = rollout.subscriptions.length === 1 ? 'This subscription names' : 'These subscriptions name';
    const place = rollout.namespace === '' ? '' : ` in the namespace ${code(rollout.namespace)}`;
    const rows = rollout.subscriptions.map((it) => {
      const key = rollout.plans.find((plan) => plan.name === it.plan)?.key ?? it.plan;
      return `| ${escapeMarkdown(it.name)} | ${cell(it.path)} | ${cell(it.plan)} | ${cell(key)} |`;
    });
    return [
      `${names} the V2 resource ${code(rollout.name)}${place}. With the V4 resource they name ${code('kind: ApiV4Definition')} and the key of the plan.`,
      ['| Subscription | File | Plan in V2 | Plan in V4 |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ];
  });
}

function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}
