// Completion in a custom resource: the keys and values of a policy, and blocks at the file's own indentation.

import assert from 'node:assert';
import fs from 'node:fs';

import { waitForVerdict } from '../harness/ours.mjs';

const BEFORE = `\
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: parcels
spec:
  name: Parcels
  version: "1"
  description: All of them
  local: false
  proxy:
    virtual_hosts:
    - path: /parcels
    groups:
    - name: default
      endpoints:
      - name: main
        target: https://parcels.kestrel-parcels.example
        inherit: true
  flows:
  - name: Some a minute
    path-operator:
      path: /
      operator: STARTS_WITH
    pre:
    - name: Not more than that
      policy: rate-limit
      enabled: true
      configuration:
        rate:
          limit: 10
          periodTime: 1
`;
const AFTER = BEFORE
    .replace('          periodTime: 1\n', '          periodTime: 1\n          periodTimeUnit: MINUTES\n')
    .replace('  local: false\n', '  services:\n    dynamic-property:\n      enabled: false\n  local: false\n');

export async function run({ workbench }) {
    fs.writeFileSync(workbench.path('parcels.yaml'), BEFORE);
    await workbench.open({ files: ['parcels.yaml'] });
    await waitForVerdict(workbench, 'Fully migratable');

    await newLineAfter(workbench, 'periodTime: 1');
    await workbench.type('per');
    const keys = await workbench.suggestions('periodTimeUnit');
    assert.ok(!keys.some((label) => /^periodTime,|^limit/.test(label)), `what is there already is not offered: ${keys}`);
    await workbench.screenshot('key');
    await workbench.press('Enter');
    await workbench.waitForText('periodTimeUnit: ');
    await workbench.type('MIN');
    await workbench.suggestions('MINUTES');
    await workbench.screenshot('value');
    await workbench.press('Enter');
    await workbench.waitForText('periodTimeUnit: MINUTES');

    // A block goes on below its key.
    await newLineAfter(workbench, 'description: All of them');
    for (const [typed, word] of [['serv', 'services'], ['dyn', 'dynamic-property'], ['ena', 'enabled'], ['fa', 'false']]) {
        await workbench.type(typed);
        await workbench.suggestions(word);
        await workbench.screenshot(word);
        await workbench.press('Enter');
        await workbench.waitForText(word);
    }
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('parcels.yaml'), AFTER);
}

async function newLineAfter(workbench, text) {
    await workbench.focusEditor();
    await workbench.goToText('parcels.yaml', text);
    await workbench.press('End');
    await workbench.press('Enter');
}
