import type { DryRun, Finding, Rollout } from '../protocol';
import { rolloutFacts, rolloutSection } from './rollout';
import { code, count, escapeMarkdown, fileName, sentence, shorten, VERDICT_WORDS } from './words';

export type Choice = 'migrate' | 'force' | 'compare' | 'summary' | 'fix' | 'open';

export interface Question {
  readonly severity: 'information' | 'warning';
  readonly title: string;
  readonly detail: string;
  readonly buttons: readonly { readonly label: string; readonly choice: Choice }[];
}

/** What migrating one definition comes to, for the dialog and for the page alike. */
export interface Outlook {
  readonly blockers: readonly Finding[];
  readonly needsLook: readonly Finding[];
  /** Requests that V4 handles differently. */
  readonly behaviour: readonly Finding[];
  readonly other: readonly Finding[];
}

/** Findings by what they mean for migrating. Those that a safe fix settles are not in it: they are among `fixes`. */
export function outlook(dryRun: DryRun): Outlook {
  const left = dryRun.findings.filter((it) => !it.fixes.some((fix) => fix.applicability === 'safe'));
  const rest = left.filter((it) => !it.blocks);
  const matters = (it: Finding) => it.apim !== null || it.severity === 'error';
  const further = rest.filter((it) => !matters(it));
  return {
    blockers: left.filter((it) => it.blocks),
    needsLook: rest.filter(matters),
    behaviour: further.filter((it) => it.group === 'behaviour'),
    other: further.filter((it) => it.group !== 'behaviour'),
  };
}

/** The dialog of the migration: what a person should know, and what can be chosen. */
export function question(dryRun: DryRun): Question {
  const file = fileName(dryRun.uri);
  const summary = { label: 'Show Full Summary', choice: 'summary' } as const;
  const detail = details(dryRun);
  if (dryRun.refusal === 'blocked') {
    const fixable = outlook(dryRun).blockers.some((it) => it.fixes.length > 0);
    return {
      severity: 'warning',
      title: `${file} cannot be migrated yet`,
      detail,
      buttons: [...(fixable ? [{ label: 'Fix Blockers…', choice: 'fix' } as const] : []), summary],
    };
  }
  const state = dryRun.output?.state;
  if (state === 'blocked') {
    return { severity: 'warning', title: `The V4 file of ${file} cannot be written`, detail, buttons: [summary] };
  }
  if (state === 'up-to-date') {
    return {
      severity: 'information',
      title: `The V4 file of ${file} is up to date`,
      detail,
      buttons: [{ label: 'Open Side by Side', choice: 'open' }, summary],
    };
  }
  const forced = dryRun.refusal === 'needs-force' || dryRun.refusal === 'would-be-refused';
  const choice = forced ? 'force' : 'migrate';
  if (state === 'different') {
    return {
      severity: 'warning',
      title: `Overwrite ${fileName(dryRun.output?.uri ?? '')}?`,
      detail,
      buttons: [
        { label: forced ? 'Overwrite Anyway' : 'Overwrite', choice },
        { label: 'Compare', choice: 'compare' },
        summary,
      ],
    };
  }
  return {
    severity: forced ? 'warning' : 'information',
    title: `Migrate ${file} to V4?`,
    detail,
    buttons: [{ label: forced ? 'Migrate Anyway' : 'Migrate', choice }, summary],
  };
}

const LISTED = 5;

/** The verdict that counts for migrating is the one after the safe fixes; where it differs both are told. */
function headline(dryRun: DryRun): string {
  const { verdict, verdictAfterFixes: after } = dryRun;
  const now = sentence(dryRun.headline);
  return after === null || after === verdict ? now : `${now}. After the safe fixes: ${VERDICT_WORDS[after].toLowerCase()}`;
}

function details(dryRun: DryRun): string {
  const { blockers, needsLook, behaviour, other } = outlook(dryRun);
  const paragraphs: string[] = [headline(dryRun)];
  const list = (title: string, findings: readonly Finding[]) => {
    if (findings.length > 0) {
      const lines = shorten(findings.map(listed), LISTED);
      paragraphs.push([title, ...lines.map((line) => `• ${line}`)].join('\n'));
    }
  };
  const settled = dryRun.findings.some((it) => it.blocks && !blockers.includes(it));
  list(`${count(blockers.length, 'blocker')}${settled ? ' left after the safe fixes' : ''}:`, blockers);
  list(needsLook.length === 1 ? '1 thing needs a look:' : `${needsLook.length} things need a look:`, needsLook);
  const facts: string[] = [];
  if (dryRun.fixes.length > 0) {
    const will = dryRun.refusal === 'blocked' ? 'would be made' : 'made';
    facts.push(`${count(dryRun.fixes.length, 'safe fix', 'safe fixes')} ${will} on the way, in the V4 file only.`);
  }
  if (dryRun.record !== null && dryRun.record.dropped > 0) {
    const rules = shorten([...new Set(dryRun.dropped.map((it) => it.rule))], 4).join(', ');
    facts.push(`${count(dryRun.record.dropped, 'value')} dropped${rules === '' ? '' : `: ${rules}`}.`);
  }
  if (behaviour.length > 0) {
    facts.push(`${count(behaviour.length, 'note')} on requests that are handled differently, in the full summary.`);
  }
  const warnings = other.filter((it) => it.severity === 'warning').length;
  if (warnings > 0) {
    facts.push(`${count(warnings, 'further warning')}, in the full summary.`);
  }
  facts.push(...destination(dryRun));
  const notices = dryRun.refusal === 'blocked' ? [] : dryRun.notices;
  if (dryRun.unsaved && !notices.some((it) => it.includes('saved'))) {
    facts.push('The unsaved text of the editor is used.');
  }
  paragraphs.push(facts.join('\n'));
  if (dryRun.refusal !== 'blocked') {
    paragraphs.push(rolloutFacts(dryRun.rollout, LISTED).join('\n'));
  }
  if (notices.length > 0) {
    paragraphs.push(notices.map(sentence).join('\n'));
  }
  return paragraphs.filter((it) => it !== '').join('\n\n');
}

function listed(finding: Finding): string {
  const place = finding.range === null ? '' : ` (line ${finding.range.start.line + 1})`;
  return `${sentence(finding.message)}${place}`;
}

function destination(dryRun: DryRun): string[] {
  const output = dryRun.output;
  if (output === null || dryRun.refusal === 'blocked') {
    return [];
  }
  const name = fileName(output.uri);
  switch (output.state) {
    case 'absent':
      return [`The V4 file: ${name}, beside the V2 file.`];
    case 'up-to-date':
      return [`${name} holds what would be written.`];
    case 'generated':
      return [`${name} exists, as v4ward wrote it with other settings. It is replaced.`];
    case 'different':
      return [`${name} exists and holds something else: it was changed, or it is not from v4ward.`];
    case 'blocked':
      return [`${name} stands in the way and cannot be overwritten.`];
  }
}

/** The complete summary as a page. */
export function summaryPage(dryRun: DryRun): string {
  const { blockers, needsLook, behaviour, other } = outlook(dryRun);
  const name = dryRun.name ?? fileName(dryRun.uri);
  const page: string[] = [`# Migration of ${escapeMarkdown(name)}`, `**${escapeMarkdown(headline(dryRun))}**`];
  const facts = [`V2 file: ${code(fileName(dryRun.uri))}${dryRun.unsaved ? ', with the unsaved text of the editor' : ''}`];
  facts.push(...destination(dryRun).map(escapeMarkdown));
  if (dryRun.record !== null) {
    const { carried, converted, dropped } = dryRun.record;
    facts.push(`Values: ${carried} carried over, ${converted} converted, ${dropped} dropped`);
  }
  page.push(facts.map((it) => `- ${it}`).join('\n'));
  const parts = dryRun.definitions ?? [];
  if (parts.length > 1) {
    const part = (it: (typeof parts)[number]) =>
      `- ${escapeMarkdown(it.name ?? `Document ${it.document + 1}`)} (line ${it.range.start.line + 1}): ${escapeMarkdown(it.headline)}`;
    page.push('## Definitions in this file', parts.map(part).join('\n'));
  }
  const section = (title: string, findings: readonly Finding[]) => {
    if (findings.length > 0) {
      page.push(`## ${title}`, findings.map(findingItem).join('\n'));
    }
  };
  section('Blockers', blockers);
  section('Needs a look', needsLook);
  section('Requests handled differently', behaviour);
  if (dryRun.fixes.length > 0) {
    page.push(
      '## Safe fixes',
      'Made in the V4 file only; the V2 file stays as it is. Every request is handled as before.',
      dryRun.fixes
        .map((it) => `- ${escapeMarkdown(it.title)}${it.pointer === null ? '' : ` at ${code(it.pointer)}`} (${it.rule})`)
        .join('\n'),
    );
  }
  if (dryRun.dropped.length > 0) {
    page.push(
      '## Dropped',
      'Values of the V2 file that the V4 file does not have.',
      ['| Value | Why | Rule |', '| --- | --- | --- |']
        .concat(dryRun.dropped.map((it) => `| ${cell(it.pointer)} | ${escapeMarkdown(it.reason)} | ${it.rule} |`))
        .join('\n'),
    );
  }
  const converted = dryRun.converted ?? [];
  if (converted.length > 0) {
    const places = (it: (typeof converted)[number]) => it.to.map((place) => cell(place.pointer)).join('<br>');
    page.push(
      '## Converted',
      'Values that stand in the V4 file in another form.',
      ['| Value | In V4 | Why |', '| --- | --- | --- |']
        .concat(converted.map((it) => `| ${cell(it.pointer)} | ${places(it)} | ${escapeMarkdown(it.reason)} |`))
        .join('\n'),
    );
  }
  section('Also found', other);
  if (dryRun.notices.length > 0) {
    page.push('## Notices', dryRun.notices.map((it) => `- ${it}`).join('\n'));
  }
  if (dryRun.nextSteps.length > 0) {
    const isResource = (dryRun.rollout ?? []).length > 0;
    page.push(
      isResource ? '## How to roll this out in the cluster' : '## After the migration',
      ...rolloutSection(dryRun.rollout),
      numbered(dryRun.nextSteps),
    );
  }
  return `${page.join('\n\n')}\n`;
}

function cell(pointer: string): string {
  return code(pointer).replaceAll('|', '\\|');
}

function findingItem(finding: Finding): string {
  const lines = [`- **${escapeMarkdown(listed(finding))}**  `, `  ${finding.rule}`];
  if (finding.pointer !== null && finding.pointer !== '') {
    lines[1] += ` at ${code(finding.pointer)}`;
  }
  if (finding.help !== null && finding.help !== '') {
    lines.push(`  - ${escapeMarkdown(sentence(finding.help))}`);
  }
  for (const fix of finding.fixes) {
    lines.push(`  - ${fix.applicability === 'safe' ? 'Safe' : 'Unsafe'} fix: ${escapeMarkdown(fix.title)}`);
  }
  return lines.join('\n');
}

/** The page that is offered after a migration. */
export function nextStepsPage(steps: readonly string[], subject: string, rollout: readonly Rollout[] = []): string {
  const page = [`# Next steps for ${escapeMarkdown(subject)}`, ...rolloutSection(rollout), numbered(steps)];
  return `${page.join('\n\n')}\n`;
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}
