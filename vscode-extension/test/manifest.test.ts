import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly icon?: string | { light: string; dark: string } }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly svg: string } }[] }[];
  };
}

interface Setting {
  readonly markdownDescription?: string;
  readonly properties?: unknown;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown;
const manifest = read('package.json') as Manifest;
const ids = manifest.contributes.commands.map((it) => it.command);
const settings = Object.assign({}, ...manifest.contributes.configuration.map((it) => it.properties)) as Record<string, Setting>;

test('every command of a menu is contributed, and none is one of the server', () => {
  for (const [menu, items] of Object.entries(manifest.contributes.menus)) {
    items.forEach((it) => assert.ok(ids.includes(it.command), `${menu}: ${it.command}`));
  }
  const server = ['dryRun', 'preview', 'migrate', 'rollback', 'fixAll', 'repoint', 'explain'].map((it) => `v4ward.${it}`);
  server.forEach((it) => assert.ok(!ids.includes(it), it));
});

test('every command is registered', () => {
  const code = readFileSync('src/commands/index.ts', 'utf8');
  ids.forEach((it) => assert.ok(code.includes(`'${it}'`), it));
});

test('every setting is described, and all keys of v4ward.toml but those about files are settings', () => {
  Object.entries(settings).forEach(([key, it]) => assert.ok((it.markdownDescription ?? '').length > 20, key));
  const schema = read('../schemas/v4ward.schema.json') as { properties: Record<string, { properties?: unknown }> };
  // Paths are seen from the file.
  const keys = Object.keys(schema.properties).filter((key) => key !== 'suppress' && key !== 'plugin-schemas');
  keys.forEach((key) => assert.ok(`v4ward.${key}` in settings, key));
  assert.deepEqual(settings['v4ward.rules']?.properties, schema.properties['rules']?.properties, 'run npm run sync-rules');
});

test('every picture is there', () => {
  const icons = manifest.contributes.commands.flatMap(({ icon }) => (typeof icon === 'object' ? [icon.light, icon.dark] : []));
  const steps = manifest.contributes.walkthroughs.flatMap((it) => it.steps.map((step) => step.media.svg));
  [...icons, ...steps].forEach((file) => assert.ok(existsSync(file), file));
});

test('the lock file names no other registry', () => {
  const hosts = new Set([...readFileSync('package-lock.json', 'utf8').matchAll(/"resolved": "(https?:\/\/[^/]+)/g)].map((it) => it[1]));
  assert.deepEqual([...hosts], ['https://registry.npmjs.org']);
});
