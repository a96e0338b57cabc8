import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findBinary, type Search, whyNotExecutable } from '../src/server/binary';

const search = (more: Partial<Search>): Search => ({
  setting: '',
  extensionPath: '/ext',
  pathVariable: '/usr/bin:relative:/opt/bin',
  platform: 'linux',
  home: '/home/me',
  workspaceFolder: '/ws',
  ...more,
});
const only = (...files: string[]) => (file: string) => (files.includes(file) ? undefined : 'there is no such file');

test('the setting counts first, then the bundled binary, then the PATH', () => {
  const all = only('/my/v4ward', '/ext/bin/v4ward', '/opt/bin/v4ward');
  assert.deepEqual(findBinary(search({ setting: '/my/v4ward' }), all), { kind: 'found', path: '/my/v4ward', source: 'setting' });
  assert.deepEqual(findBinary(search({}), all), { kind: 'found', path: '/ext/bin/v4ward', source: 'bundled' });
  assert.deepEqual(findBinary(search({}), only('/opt/bin/v4ward')), { kind: 'found', path: '/opt/bin/v4ward', source: 'path' });
  assert.deepEqual(findBinary(search({}), only()), { kind: 'none' });
});

test('a wrong setting is told and never passed over', () => {
  const binary = findBinary(search({ setting: '/gone' }), only('/ext/bin/v4ward'));
  assert.deepEqual(binary, { kind: 'bad-setting', path: '/gone', reason: 'there is no such file' });
});

test('home and workspace folder are expanded', () => {
  const path = (setting: string) => findBinary(search({ setting }), () => undefined);
  assert.deepEqual(path('~/bin/v4ward'), { kind: 'found', path: '/home/me/bin/v4ward', source: 'setting' });
  assert.deepEqual(path('${workspaceFolder}/v4ward'), { kind: 'found', path: '/ws/v4ward', source: 'setting' });
  assert.deepEqual(path('tools/v4ward'), { kind: 'found', path: '/ws/tools/v4ward', source: 'setting' });
});

test('relative entries of the PATH are never run', () => {
  assert.deepEqual(findBinary(search({}), only('relative/v4ward')), { kind: 'none' });
});

test('only a file that can be executed will do', { skip: process.platform === 'win32' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'v4ward-binary-'));
  try {
    const file = join(folder, 'v4ward');
    assert.equal(whyNotExecutable(file), 'there is no such file');
    assert.equal(whyNotExecutable(folder), 'it is not a file');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    assert.equal(whyNotExecutable(file), 'it is not executable');
    chmodSync(file, 0o755);
    assert.equal(whyNotExecutable(file), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
