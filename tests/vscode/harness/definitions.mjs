// Definitions for scenarios, made from those of examples/; and what the command line says of V4 files.

import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { root } from './tools.mjs';

const parcels = fs.readFileSync(path.join(root, 'examples', 'parcels.json'), 'utf8');

/** `examples/parcels.json` as another API: fully migratable. */
export function parcelsApi(number) {
    const last = number.toString(16).padStart(4, '0');
    return parcels
        .replace(/"id": "(.{32}).{4}"/g, `"id": "$1${last}"`)
        .replace(/"crossId": "(.{32}).{4}"/, `"crossId": "$1${last}"`)
        .replace('"name": "Parcels"', `"name": "Parcels ${number}"`)
        .replace('"path": "/parcels"', `"path": "/parcels/${number}"`);
}

/** One that is fully migratable after one safe fix: its health check has two assertions. */
export function fixableApi(number) {
    const text = parcelsApi(number).replace(ONE_ASSERTION, TWO_ASSERTIONS);
    assert.ok(text.includes(TWO_ASSERTIONS), 'the example has another text now');
    return text;
}

const ONE_ASSERTION = '"assertions": ["#response.status == 200"]';
const TWO_ASSERTIONS = '"assertions": ["#response.status == 200", "#response.headers[\'X-Belt\'] != null"]';

/** Writes `count` definitions as `apis/NAME-0001.json` and so on; gives their paths in the workspace. */
export function writeMany(folder, name, count, make) {
    fs.mkdirSync(path.join(folder, 'apis'), { recursive: true });
    return Array.from({ length: count }, (_, i) => {
        const file = path.join('apis', `${name}-${String(i + 1).padStart(4, '0')}.json`);
        fs.writeFileSync(path.join(folder, file), make(i + 1));
        return file;
    });
}

/** The name of the V4 file beside a V2 file. */
export const v4Of = (file) => file.replace(/\.json$/, '.v4.json');

/** Fails when `v4ward verify` finds something in these V4 files. Without the program they are only parsed. */
export function verify(binary, files) {
    if (binary) {
        execFileSync(binary, ['verify', ...files], { stdio: 'pipe' });
        return;
    }
    for (const file of files) {
        assert.strictEqual(JSON.parse(fs.readFileSync(file, 'utf8')).api.definitionVersion, 'V4', file);
    }
}

/** All files below a folder with their bytes, for what must not have changed. */
export function snapshot(folder) {
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(files
        .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
        .sort()
        .map((file) => [path.relative(folder, file), fs.readFileSync(file, 'utf8')]));
}
