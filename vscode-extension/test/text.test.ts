import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOK_AT, looksLikeDefinition } from '../src/looksLikeDefinition';
import type { DryRun, Finding, WorkspaceDefinition } from '../src/protocol';
import { ownCommand } from '../src/protocol';
import { blockerFixes, sameTitle } from '../src/text/blockers';
import { bulkDetail, bulkPlan, definitionDescription, definitionFacts, definitionLabel, groupOf, groups } from '../src/text/groups';
import { noPreview } from '../src/text/previewText';
import { type Report, reportLine, reportPage } from '../src/text/report';
import { pointLabel, subscriptionCount } from '../src/text/rollout';
import { nextStepsPage, question, summaryPage } from '../src/text/summary';
import { code, count, escapeMarkdown, fileName, shorten, v4Name } from '../src/text/words';

const finding = (more: Partial<Finding>): Finding => ({
  rule: 'a-rule',
  severity: 'warning',
  apim: null,
  subject: null,
  blocks: false,
  pointer: '/a',
  range: { start: { line: 4, character: 0 }, end: { line: 4, character: 3 } },
  message: 'something is there',
  help: null,
  docs: 'docs/rules/a-rule.md',
  fixes: [],
  ...more,
});

const dryRun = (more: Partial<DryRun>): DryRun => ({
  schema: 1,
  uri: 'file:///apis/my%20api.json',
  source: 'disk',
  unsaved: false,
  version: null,
  name: 'My API',
  definition: 'v2',
  format: 'export-json',
  verdict: 'fully-migratable',
  verdictAfterFixes: 'fully-migratable',
  headline: 'Fully migratable',
  refusal: null,
  message: null,
  counts: { error: 0, warning: 0, information: 0, hint: 0 },
  findings: [],
  fixes: [],
  record: { carried: 1, converted: 2, dropped: 0 },
  dropped: [],
  output: { uri: 'file:///apis/my%20api.v4.json', state: 'absent' },
  notices: [],
  nextSteps: [],
  ...more,
});

const definition = (more: Partial<WorkspaceDefinition>): WorkspaceDefinition => ({
  uri: 'file:///apis/a.json',
  path: 'apis/a.json',
  folder: 'file:///',
  name: 'A',
  definition: 'v2',
  format: 'export-json',
  verdict: 'fully-migratable',
  counts: { error: 0, warning: 0, information: 0, hint: 0 },
  safeFixes: 0,
  output: { uri: 'file:///apis/a.v4.json', exists: false },
  error: null,
  ...more,
});

const labels = (it: DryRun) => question(it).buttons.map(({ label }) => label);

test('a definition is recognised by its first kilobytes', () => {
  assert.ok(looksLikeDefinition('{"gravitee": "2.0.0"}'));
  assert.ok(looksLikeDefinition('{ "proxy" : {'));
  assert.ok(looksLikeDefinition('{"definitionVersion":"V4"}'));
  assert.ok(looksLikeDefinition('apiVersion: gravitee.io/v1alpha1'));
  assert.ok(!looksLikeDefinition('{"name": "x", "proxy": "http://localhost:3000"}'));
  assert.ok(!looksLikeDefinition(''));
  assert.ok(!looksLikeDefinition(`${' '.repeat(LOOK_AT)}"gravitee": 1`));
});

test('every command of the server has one of the extension', () => {
  assert.equal(ownCommand('v4ward.migrate'), 'v4ward.migrateToV4');
  assert.equal(ownCommand('v4ward.explain'), 'v4ward.explainRule');
  assert.equal(ownCommand('v4ward.suppress'), 'v4ward.suppressFinding');
  assert.equal(ownCommand('editor.action.rename'), 'editor.action.rename');
  assert.equal(ownCommand('toString'), 'toString');
});

test('the question offers what is possible, and overwriting is never silent', () => {
  assert.deepEqual(labels(dryRun({})), ['Migrate', 'Show Full Summary']);
  assert.deepEqual(labels(dryRun({ refusal: 'needs-force' })), ['Migrate Anyway', 'Show Full Summary']);
  assert.deepEqual(labels(dryRun({ refusal: 'would-be-refused' })), ['Migrate Anyway', 'Show Full Summary']);
  const exists = { uri: 'file:///apis/my%20api.v4.json', state: 'different' } as const;
  assert.deepEqual(labels(dryRun({ output: exists })), ['Overwrite', 'Compare', 'Show Full Summary']);
  assert.deepEqual(labels(dryRun({ output: exists, refusal: 'needs-force' }))[0], 'Overwrite Anyway');
  assert.match(question(dryRun({ output: exists })).title, /^Overwrite my api\.v4\.json\?$/);
  assert.deepEqual(labels(dryRun({ output: { ...exists, state: 'up-to-date' } })), ['Open Side by Side', 'Show Full Summary']);
  assert.deepEqual(labels(dryRun({ output: { ...exists, state: 'blocked' } })), ['Show Full Summary']);
});

test('blockers can be fixed from the question only where there are fixes', () => {
  const blocker = finding({ blocks: true, apim: 'impossible', message: 'it blocks' });
  const blocked = { refusal: 'blocked', verdict: 'not-migratable', record: null } as const;
  assert.deepEqual(labels(dryRun({ ...blocked, findings: [blocker] })), ['Show Full Summary']);
  const fix = { title: 'Mend it', applicability: 'unsafe', action: 'edit' } as const;
  const fixable = dryRun({ ...blocked, findings: [{ ...blocker, fixes: [fix] }] });
  assert.deepEqual(labels(fixable), ['Fix Blockers…', 'Show Full Summary']);
  assert.match(question(fixable).detail, /1 blocker:\n• It blocks \(line 5\)/);
  assert.doesNotMatch(question(fixable).detail, /beside the V2 file/);
  assert.deepEqual(blockerFixes(fixable).map((it) => [it.label, it.index]), [['Mend it', 0]]);
  assert.ok(sameTitle('Mend it (unsafe)', 'Mend it'));
});

test('what a safe fix settles is told as a fix, not as a blocker', () => {
  const fix = { title: 'Write it', applicability: 'safe', action: 'edit' } as const;
  const settled = finding({ blocks: true, message: 'gone', fixes: [fix] });
  const detail = question(
    dryRun({ headline: 'Not migratable', verdict: 'not-migratable', findings: [settled], fixes: [{ rule: 'a-rule', title: 'Write it', pointer: '/a', applicability: 'safe' }] }),
  ).detail;
  assert.match(detail, /^Not migratable\. After the safe fixes: fully migratable$/m);
  assert.match(detail, /1 safe fix made on the way/);
  assert.doesNotMatch(detail, /blocker/);
});

test('the question names unsaved text, drops and the file', () => {
  const dropped = [{ pointer: '/groups', range: null, rule: 'groups-not-portable', reason: 'r', byFix: false }];
  const { detail } = question(dryRun({ unsaved: true, record: { carried: 1, converted: 1, dropped: 1 }, dropped }));
  assert.match(detail, /1 value dropped: groups-not-portable\./);
  assert.match(detail, /my api\.v4\.json, beside the V2 file/);
  assert.match(detail, /unsaved text/);
});

test('what only warns is counted, not listed', () => {
  const findings = [finding({ message: 'only warns' }), finding({ apim: 'can-be-forced', message: 'look at this' })];
  const { detail } = question(dryRun({ refusal: 'needs-force', findings }));
  assert.match(detail, /1 thing needs a look:\n• Look at this/);
  assert.match(detail, /1 further warning, in the full summary\./);
  assert.doesNotMatch(detail, /only warns/i);
});

test('a long list of findings is cut', () => {
  const findings = Array.from({ length: 9 }, (_, n) => finding({ apim: 'can-be-forced', message: `m${n}` }));
  assert.match(question(dryRun({ refusal: 'needs-force', findings })).detail, /9 things need a look:[^]*• and 5 more/);
});

test('pages show text of definitions as it is', () => {
  const page = summaryPage(
    dryRun({
      name: '<img src=x> [a](command:b)',
      findings: [finding({ message: 'has **stars** | and `ticks`', help: 'help' })],
      dropped: [{ pointer: '/a|b`c', range: null, rule: 'r', reason: 'x | y', byFix: false }],
      nextSteps: ['One', 'Two'],
    }),
  );
  assert.ok(page.includes('# Migration of \\<img src=x\\> \\[a\\](command:b)'));
  assert.ok(page.includes('Has \\*\\*stars\\*\\* \\| and \\`ticks\\`'));
  assert.ok(page.includes('`` /a\\|b`c ``'));
  assert.ok(page.endsWith('1. One\n2. Two\n'));
  assert.ok(nextStepsPage(['Deploy'], 'a_b').startsWith('# Next steps for a\\_b\n\n1. Deploy'));
});

test('the summary tells converted values and requests that are handled differently', () => {
  const to = [{ document: 0, pointer: '/api/a|b' }, { document: 0, pointer: '/api/c' }];
  const converted = [{ document: 0, pointer: '/a', range: null, to, how: 'split', reason: 'V4 says it in several places' }] as const;
  const note = finding({ group: 'behaviour', message: 'a request to / loses its slash' });
  const run = dryRun({ converted, findings: [note, finding({ group: 'loss', message: 'something else' })] });
  const page = summaryPage(run);
  assert.ok(page.includes('| `/a` | `/api/a\\|b`<br>`/api/c` | V4 says it in several places |'), page);
  assert.match(page, /## Requests handled differently\n\n- \*\*A request to \/ loses its slash[^]*## Also found\n\n- \*\*Something else/);
  assert.match(question(run).detail, /1 note on requests that are handled differently, in the full summary\.\n1 further warning/);
  assert.ok(!summaryPage(dryRun({})).includes('## Converted'));
});

test('a preview that cannot be says why, as comments', () => {
  const blocker = finding({ blocks: true, message: 'it blocks' });
  const text = noPreview({ uri: 'file:///a.json', message: 'not migratable\nsecond line' }, dryRun({ findings: [blocker] }));
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('//')));
  assert.match(text, /\/\/ - It blocks \(line 5\)/);
});

test('definitions are grouped by verdict, the urgent ones first', () => {
  const all = [
    definition({}),
    definition({ verdict: 'not-migratable' }),
    definition({ definition: 'v4', verdict: null }),
    definition({ error: 'cannot be read' }),
    definition({ definition: 'v1', verdict: null }),
  ];
  assert.deepEqual(
    groups(all).map((it) => [it.id, it.definitions.length]),
    [['not-migratable', 1], ['fully-migratable', 1], ['v4', 1], ['other', 2]],
  );
  assert.equal(groupOf(definition({ error: 'x' })), 'other');
  assert.equal(definitionDescription(definition({ output: { uri: '', exists: true } })), 'apis/a.json · V4 file exists');
  const facts = definitionFacts(definition({ safeFixes: 2, counts: { error: 1, warning: 0, information: 1, hint: 1 } }));
  assert.deepEqual(facts.slice(1), ['V2 definition: Fully migratable', '1 error, 2 remarks', '2 problems can be fixed safely']);
});

test('a bulk migration takes the verdict after the safe fixes where it is known', () => {
  const plan = bulkPlan([
    definition({}),
    definition({ verdict: 'partially-migratable' }),
    definition({ verdict: 'not-migratable', verdictAfterFixes: 'fully-migratable' }),
    definition({ verdict: 'not-migratable' }),
    definition({ definition: 'v4', verdict: null }),
  ]);
  assert.deepEqual([plan.ready.length, plan.force.length, plan.blocked.length], [2, 1, 1]);
  assert.match(bulkDetail(plan), /2 definitions are fully migratable\.\n1 definition is partially/);
});

test('a report counts what happened', () => {
  const report: Report = {
    title: 'Result',
    counts: [{ n: 2, words: 'written' }, { n: 0, words: 'refused' }, { n: 1, words: 'failed' }],
    lines: [{ path: 'a|b.json', outcome: 'written', note: '' }],
    cancelled: true,
    left: 3,
    nextSteps: ['Deploy'],
  };
  assert.equal(reportLine(report), '2 written, 1 failed; cancelled with 3 files left');
  assert.ok(reportPage(report).includes('| `a\\|b.json` | written |  |'));
  assert.equal(reportLine({ ...report, counts: [], cancelled: false }), 'Nothing was done');
});

test('words', () => {
  assert.equal(count(1, 'fix', 'fixes'), '1 fix');
  assert.equal(count(0, 'fix', 'fixes'), '0 fixes');
  assert.equal(fileName('file:///a/b%20c.json'), 'b c.json');
  assert.equal(fileName('file:///a/%zz.json'), '%zz.json');
  assert.equal(code('a`b'), '`` a`b ``');
  assert.equal(escapeMarkdown('a\n b'), 'a b');
  assert.deepEqual(shorten(['a', 'b', 'c'], 2), ['a', 'and 2 more']);
});

test('a YAML file has a V4 file in YAML', () => {
  assert.equal(v4Name('/a/b.json'), '/a/b.v4.json');
  assert.equal(v4Name('/a/b.yml'), '/a/b.v4.yaml');
  assert.equal(v4Name('/a/b.YAML'), '/a/b.v4.yaml');
  assert.equal(v4Name('/a/b'), '/a/b.v4.json');
});

test('only custom resources of ours are asked about in YAML', () => {
  const ours = 'apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\n';
  assert.ok(looksLikeDefinition(ours, 'yaml'));
  assert.ok(looksLikeDefinition(`kind: Secret\n---\n${ours.replace('ApiDefinition', "'ApiV4Definition'")}`, 'helm'));
  assert.ok(looksLikeDefinition('{kind: ApiDefinition, apiVersion: "gravitee.io/v1alpha1"}', 'yaml'));
  assert.ok(!looksLikeDefinition('apiVersion: gravitee.io/v1alpha1\nkind: Application\n', 'yaml'));
  assert.ok(!looksLikeDefinition('apiVersion: v1\nkind: ApiDefinition\n', 'yaml'));
  assert.ok(!looksLikeDefinition('proxy: {}\ngravitee: 2.0.0\nhome: gravitee.io/\n', 'yaml'));
});

test('a YAML preview that cannot be shown is a comment', () => {
  const text = noPreview({ uri: 'file:///a.yaml', message: 'not migratable' }, undefined, true);
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('#')), text);
});

test('a file of several definitions is told with all of them', () => {
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  const part = { document: 0, name: 'A', definition: 'v2', verdict: 'fully-migratable', counts } as const;
  const both = definition({ name: 'A', definitions: [part, { ...part, document: 1, name: 'B', verdict: 'not-migratable' }] });
  assert.equal(definitionLabel(both), 'A and 1 more');
  assert.ok(definitionFacts(both).includes('B: Not migratable'));
});

test('the summary lists the definitions of a file of several', () => {
  const range = { start: { line: 9, character: 0 }, end: { line: 20, character: 0 } };
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  const part = { document: 0, name: 'A', definition: 'v2', verdict: 'fully-migratable', counts, headline: 'Fully migratable', range } as const;
  assert.ok(summaryPage(dryRun({ definitions: [part, { ...part, name: 'B' }] })).includes('- B (line 10): Fully migratable'));
  assert.ok(!summaryPage(dryRun({ definitions: [part] })).includes('Definitions in this file'));
});

const rollout = {
  namespace: 'shop',
  name: 'orders',
  plans: [{ name: 'Gold | Plan', key: 'gold-plan' }],
  subscriptions: [{ uri: 'file:///subs/acme.yaml', path: 'subs/acme.yaml', name: 'of-acme', plan: 'Gold | Plan' }],
};

test('the summary of a resource says how to roll it out', () => {
  const page = summaryPage(dryRun({ rollout: [rollout], nextSteps: ['One', 'Two'] }));
  assert.ok(page.includes('## How to roll this out in the cluster\n\nThis subscription names the V2 resource `orders` in the namespace `shop`.'), page);
  assert.ok(page.includes('| of-acme | `subs/acme.yaml` | `Gold \\| Plan` | `gold-plan` |\n\n1. One\n2. Two\n'), page);
  const without = summaryPage(dryRun({ rollout: [{ ...rollout, subscriptions: [] }], nextSteps: ['One'] }));
  assert.ok(without.endsWith('## How to roll this out in the cluster\n\n1. One\n'));
  assert.ok(summaryPage(dryRun({ rollout: [], nextSteps: ['One'] })).endsWith('## After the migration\n\n1. One\n'));
  assert.ok(nextStepsPage(['Deploy'], 'a', [rollout]).includes('`subs/acme.yaml`'));
});

test('the question names subscriptions that must move', () => {
  const { detail } = question(dryRun({ rollout: [rollout] }));
  assert.match(detail, /1 subscription names the V2 resource and must move with it:\n• of-acme in subs\/acme\.yaml/);
  const many = { ...rollout, subscriptions: Array.from({ length: 7 }, () => rollout.subscriptions[0]!) };
  assert.match(question(dryRun({ rollout: [many] })).detail, /7 subscriptions name [^]*• of-acme in subs\/acme\.yaml\nand \d more/);
  assert.doesNotMatch(question(dryRun({ rollout: [rollout], refusal: 'blocked' })).detail, /must move/);
  assert.doesNotMatch(question(dryRun({})).detail, /subscription/);
});

test('subscriptions are counted over all definitions of a file', () => {
  assert.equal(subscriptionCount([rollout, rollout]), 2);
  assert.equal(subscriptionCount(undefined), 0);
  assert.equal(pointLabel(2), 'Point 2 Subscriptions');
  assert.equal(pointLabel(1), 'Point 1 Subscription');
  assert.equal(ownCommand('v4ward.repoint'), 'v4ward.pointSubscriptions');
});
