import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';

export interface Search {
  /** `v4ward.server.path`, empty when not set. */
  readonly setting: string;
  readonly extensionPath: string;
  readonly pathVariable: string;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly workspaceFolder: string | undefined;
}

export type Binary =
  | { readonly kind: 'found'; readonly path: string; readonly source: 'setting' | 'bundled' | 'path' }
  | { readonly kind: 'bad-setting'; readonly path: string; readonly reason: string }
  | { readonly kind: 'none' };

/** The setting counts, then the binary of the package, then the PATH. A wrong setting is told, never passed over. */
export function findBinary(search: Search, check: (file: string) => string | undefined = whyNotExecutable): Binary {
  const setting = search.setting.trim();
  if (setting !== '') {
    const file = expand(setting, search);
    const reason = check(file);
    return reason === undefined
      ? { kind: 'found', path: file, source: 'setting' }
      : { kind: 'bad-setting', path: file, reason };
  }
  const name = search.platform === 'win32' ? 'v4ward.exe' : 'v4ward';
  const bundled = path.join(search.extensionPath, 'bin', name);
  if (check(bundled) === undefined) {
    return { kind: 'found', path: bundled, source: 'bundled' };
  }
  const separator = search.platform === 'win32' ? ';' : ':';
  for (const folder of search.pathVariable.split(separator)) {
    if (!path.isAbsolute(folder)) {
      continue; // a relative entry would run what lies in the workspace
    }
    const file = path.join(folder, name);
    if (check(file) === undefined) {
      return { kind: 'found', path: file, source: 'path' };
    }
  }
  return { kind: 'none' };
}

function expand(setting: string, search: Search): string {
  let file = setting;
  if (file === '~' || file.startsWith('~/')) {
    file = path.join(search.home, file.slice(1));
  }
  if (search.workspaceFolder !== undefined) {
    file = file.replaceAll('${workspaceFolder}', search.workspaceFolder);
    if (!path.isAbsolute(file)) {
      file = path.join(search.workspaceFolder, file);
    }
  }
  return file;
}

/** Why a file cannot be started, or nothing when it can. */
export function whyNotExecutable(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) {
      return 'it is not a file';
    }
  } catch {
    return 'there is no such file';
  }
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return 'it is not executable';
  }
  return undefined;
}
