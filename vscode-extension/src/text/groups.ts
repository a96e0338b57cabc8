import type { Verdict, WorkspaceDefinition } from '../protocol';
import { count, DEFINITION_WORDS, VERDICT_ICONS, VERDICT_WORDS } from './words';

export type GroupId = Verdict | 'v4' | 'other';

export interface Group {
  readonly id: GroupId;
  readonly label: string;
  readonly icon: string;
  readonly color: string | undefined;
  readonly definitions: readonly WorkspaceDefinition[];
}

const OTHER: Readonly<Record<'v4' | 'other', Omit<Group, 'id' | 'definitions'>>> = {
  v4: { label: 'V4 definitions', icon: 'verified', color: undefined },
  other: { label: 'Not readable as V2', icon: 'question', color: undefined },
};

const ORDER: readonly GroupId[] = ['not-migratable', 'partially-migratable', 'fully-migratable', 'v4', 'other'];

export function groupOf(definition: WorkspaceDefinition): GroupId {
  if (definition.error === null && definition.definition === 'v4') {
    return 'v4';
  }
  if (definition.error === null && definition.definition === 'v2' && definition.verdict !== null) {
    return definition.verdict;
  }
  return 'other';
}

/** The groups that have something, the urgent ones first. */
export function groups(definitions: readonly WorkspaceDefinition[]): Group[] {
  return ORDER.map((id) => ({
    id,
    ...(id === 'v4' || id === 'other' ? OTHER[id] : { label: VERDICT_WORDS[id], ...VERDICT_ICONS[id] }),
    definitions: definitions.filter((it) => groupOf(it) === id),
  })).filter((group) => group.definitions.length > 0);
}

export function definitionLabel(definition: WorkspaceDefinition): string {
  const others = (definition.definitions?.length ?? 0) - 1;
  const name = definition.name ?? definition.path.slice(definition.path.lastIndexOf('/') + 1);
  return others > 0 ? `${name} and ${others} more` : name;
}

export function definitionDescription(definition: WorkspaceDefinition): string {
  const done = definition.definition === 'v2' && definition.output?.exists === true;
  return done ? `${definition.path} · V4 file exists` : definition.path;
}

/** The words of the tooltip, one fact a line; also what a screen reader says. */
export function definitionFacts(definition: WorkspaceDefinition): string[] {
  const facts = [definition.path];
  if (definition.error !== null) {
    facts.push(definition.error);
    return facts;
  }
  const kind = DEFINITION_WORDS[definition.definition];
  facts.push(definition.verdict === null ? kind : `${kind}: ${VERDICT_WORDS[definition.verdict]}`);
  const parts = definition.definitions ?? [];
  if (parts.length > 1) {
    facts.push(...parts.map((it) => (it.verdict === null ? (it.name ?? '') : `${it.name ?? ''}: ${VERDICT_WORDS[it.verdict]}`)));
  }
  const { error, warning, information, hint } = definition.counts;
  const found = [
    [error, 'error'],
    [warning, 'warning'],
    [information + hint, 'remark'],
  ] as const;
  const words = found.filter(([n]) => n > 0).map(([n, word]) => count(n, word));
  facts.push(words.length === 0 ? 'No findings' : words.join(', '));
  if (definition.safeFixes > 0) {
    facts.push(`${count(definition.safeFixes, 'problem')} can be fixed safely`);
  }
  if (definition.definition === 'v2' && definition.output?.exists === true) {
    facts.push('A V4 file exists');
  }
  return facts;
}

/** What a bulk migration would do, and the words that ask for it. */
export interface BulkPlan {
  readonly ready: readonly WorkspaceDefinition[];
  readonly force: readonly WorkspaceDefinition[];
  readonly blocked: readonly WorkspaceDefinition[];
}

export function bulkPlan(definitions: readonly WorkspaceDefinition[]): BulkPlan {
  const v2 = definitions.filter((it) => it.error === null && it.definition === 'v2');
  const of = (verdict: Verdict) => v2.filter((it) => (it.verdictAfterFixes ?? it.verdict) === verdict);
  return {
    ready: of('fully-migratable'),
    force: of('partially-migratable'),
    blocked: of('not-migratable'),
  };
}

export function bulkDetail(plan: BulkPlan): string {
  const is = (n: number) => (n === 1 ? 'is' : 'are');
  const lines: string[] = [];
  const { ready, force, blocked } = plan;
  if (ready.length > 0) {
    lines.push(`${count(ready.length, 'definition')} ${is(ready.length)} fully migratable.`);
  }
  if (force.length > 0) {
    lines.push(
      `${count(force.length, 'definition')} ${is(force.length)} partially migratable: something in ` +
        `${force.length === 1 ? 'it' : 'them'} needs a look, and migrating has to be forced.`,
    );
  }
  if (blocked.length > 0) {
    lines.push(
      `${count(blocked.length, 'definition')} ${is(blocked.length)} not migratable as ` +
        `${blocked.length === 1 ? 'it is and is' : 'they are and are'} left out.`,
    );
  }
  lines.push('', 'Each V4 file is written beside its V2 file, which stays as it is.');
  lines.push('V4 files that hold something else are kept.');
  return lines.join('\n');
}
