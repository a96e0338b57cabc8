#!/usr/bin/env node
// Stands in for `v4ward lsp` when the extension is tried without the real server. Speaks enough LSP, judges by a few
// words of the text, and writes V4 files that are none. Never packaged.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const open = new Map();
let folder = '';
let nextId = 1;

const send = (message) => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const notify = (method, params) => send({ method, params });
const request = (method, params) => send({ id: `s${nextId++}`, method, params });

const pathOf = (uri) => fileURLToPath(uri);
const textOf = (uri) => open.get(uri)?.text ?? readFileSync(pathOf(uri), 'utf8');
const definitionOf = (text) =>
  /"definitionVersion"\s*:\s*"V4"/.test(text) ? 'v4' : /"proxy"\s*:\s*\{/.test(text) ? 'v2' : 'unknown';
const nameOf = (text) => /"name"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? null;
const v4Of = (path) => path.replace(/\.json$/, '.v4.json');
const v4Text = (text) =>
  `${JSON.stringify({ api: { definitionVersion: 'V4', type: 'PROXY', name: nameOf(text), length: text.length } }, null, 2)}\n`;

function rangeOf(text, word) {
  const at = text.indexOf(word);
  const before = text.slice(0, at).split('\n');
  const start = { line: before.length - 1, character: before.at(-1).length };
  return { start, end: { line: start.line, character: start.character + word.length } };
}

const finding = (text, word, more) => ({
  subject: null, apim: null, blocks: false, severity: 'warning', pointer: `/${word.replaceAll('"', '')}`,
  range: rangeOf(text, word), help: null, docs: `docs/rules/${more.rule}.md`, fixes: [], ...more,
});

function findings(text) {
  const found = [];
  if (text.includes('"execution_mode": "v3"')) {
    found.push(finding(text, '"execution_mode": "v3"', {
      rule: 'emulation-engine-required', severity: 'error', apim: 'impossible', blocks: true,
      message: 'the API runs on the legacy engine, which V4 does not have', help: 'switch to the emulation engine and test the API',
      fixes: [{ title: 'Set the emulation engine', applicability: 'unsafe', action: 'edit' }],
    }));
  }
  if (text.includes('"acme"')) {
    found.push(finding(text, '"acme"', {
      rule: 'policy-not-gravitee', apim: 'can-be-forced', subject: 'acme',
      message: 'the policy acme is not one of Gravitee\'s', help: 'declare it in v4ward.toml if it is installed where the V4 API will run',
    }));
  }
  if (text.includes('"inherit_missing"')) {
    found.push(finding(text, '"inherit_missing"', {
      rule: 'endpoint-inherit-missing', apim: 'impossible', blocks: true,
      message: 'the endpoint has no inherit', fixes: [{ title: 'Write "inherit": false', applicability: 'safe', action: 'edit' }],
    }));
  }
  return found;
}

const replacement = { 'emulation-engine-required': '"execution_mode": "v4-emulation-engine"', 'endpoint-inherit-missing': '"inherit"' };

function verdict(list) {
  return list.some((it) => it.blocks) ? 'not-migratable' : list.some((it) => it.apim) ? 'partially-migratable' : 'fully-migratable';
}

function counts(list) {
  const of = (severity) => list.filter((it) => it.severity === severity).length;
  return { error: of('error'), warning: of('warning'), information: of('information'), hint: of('hint') };
}

function judge(uri) {
  const text = textOf(uri);
  const definition = definitionOf(text);
  const list = definition === 'v2' ? findings(text) : [];
  const safe = list.filter((it) => it.fixes.some((fix) => fix.applicability === 'safe'));
  const now = definition === 'v2' ? verdict(list) : null;
  const after = definition === 'v2' ? verdict(list.filter((it) => !safe.includes(it))) : null;
  const words = { 'not-migratable': 'Not migratable', 'partially-migratable': 'Partially migratable: 1 thing needs a look', 'fully-migratable': 'Fully migratable' };
  const output = v4Of(pathOf(uri));
  const state = !existsSync(output) ? 'absent' : readFileSync(output, 'utf8') === v4Text(text) ? 'up-to-date' : 'different';
  return { text, definition, list, safe, now, after, headline: now ? words[now] : definition === 'v4' ? 'A V4 definition' : 'No API definition', output, state };
}

function status(uri) {
  const { text, definition, list, now, headline } = judge(uri);
  notify('v4ward/status', {
    uri, version: open.get(uri)?.version ?? null, name: nameOf(text), definition, verdict: now, headline, counts: counts(list),
  });
}

function dryRun(uri) {
  const { text, definition, list, safe, now, after, headline, output, state } = judge(uri);
  const refusal = definition !== 'v2' ? 'not-v2' : after === 'not-migratable' ? 'blocked' : after === 'partially-migratable' ? 'needs-force' : null;
  return {
    schema: 1, uri, source: open.has(uri) ? 'buffer' : 'disk', version: open.get(uri)?.version ?? null,
    unsaved: open.has(uri) && textOf(uri) !== readFileSync(pathOf(uri), 'utf8'),
    name: nameOf(text), definition, format: 'export-json', verdict: now, verdictAfterFixes: after, headline, refusal,
    message: refusal === 'not-v2' ? 'a V4 definition already' : refusal, counts: counts(list), findings: list,
    fixes: safe.map((it) => ({ rule: it.rule, title: it.fixes[0].title, pointer: it.pointer, applicability: 'safe' })),
    record: refusal === 'blocked' ? null : { carried: 120, converted: 14, dropped: 2 },
    dropped: refusal === 'blocked' ? [] : ['/groups/0', '/members/0/role'].map((pointer) => ({ pointer, range: null, rule: 'groups-not-portable', reason: 'V4 wants ids here', byFix: false })),
    output: { uri: pathToFileURL(output).href, state },
    notices: ['The V2 file stays as it is.', 'Until APIM 4.12 the analytics of the V2 API do not follow.'],
    nextSteps: ['Never let the V2 and the V4 file be applied together.', 'Migrate on the server to keep subscriptions.', 'Deploy, and test with real requests.'],
  };
}

function editOf(uri, list) {
  const edits = list.map((it) => ({ range: it.range, newText: replacement[it.rule] }));
  return edits.length === 0 ? null : { documentChanges: [{ textDocument: { uri, version: open.get(uri)?.version ?? null }, edits }] };
}

const commands = {
  'v4ward.dryRun'({ uri }) {
    if (uri) {
      return dryRun(uri);
    }
    const definitions = [];
    const walk = (dir) => readdirSync(dir, { withFileTypes: true }).forEach((it) => {
      const path = join(dir, it.name);
      if (it.isDirectory()) {
        walk(path);
      } else if (it.name.endsWith('.json')) {
        const href = pathToFileURL(path).href;
        const { text, definition, list, safe, now, output } = judge(href);
        if (definition !== 'unknown') {
          definitions.push({
            uri: href, path: relative(folder, path), folder: pathToFileURL(folder).href, name: nameOf(text), definition, format: 'export-json',
            verdict: now, counts: counts(list), safeFixes: safe.length, error: null,
            output: definition === 'v2' ? { uri: pathToFileURL(output).href, exists: existsSync(output) } : null,
          });
        }
      }
    });
    walk(folder);
    return { schema: 1, definitions, skipped: [] };
  },
  'v4ward.preview'({ uri }) {
    const { text, after } = judge(uri);
    const blocked = after === 'not-migratable';
    return { schema: 1, uri, version: open.get(uri)?.version ?? null, text: blocked ? null : v4Text(text), refusal: blocked ? 'blocked' : null, message: blocked ? 'not migratable: 1 blocker' : null };
  },
  async 'v4ward.migrate'({ uri, force, overwrite }) {
    await new Promise((done) => setTimeout(done, 300));
    const { text, after, output, state } = judge(uri);
    const refusal = after === 'not-migratable' ? 'blocked' : after !== 'fully-migratable' && !force ? 'needs-force' : state === 'different' && !overwrite ? 'exists' : null;
    const status = refusal ? 'refused' : state === 'up-to-date' ? state : 'written';
    if (status === 'written') {
      writeFileSync(output, v4Text(text));
    }
    return {
      schema: 1,
      results: [{ uri, status, output: pathToFileURL(output).href, unsaved: false, verdict: after, refusal, message: refusal, fixes: [], record: null }],
      cancelled: false, summary: { written: 1, upToDate: 0, refused: 0, failed: 0 }, nextSteps: dryRun(uri).nextSteps,
    };
  },
  'v4ward.rollback'({ uri, force }) {
    const v2 = uri.replace(/\.v4\.json$/, '.json');
    const { output, state } = judge(v2);
    const status = state === 'absent' ? 'absent' : state === 'different' && !force ? 'changed' : 'removed';
    if (status === 'removed') {
      rmSync(output);
    }
    return { schema: 1, status, output: pathToFileURL(output).href, message: status === 'changed' ? 'it is not what converting the V2 file gives' : null };
  },
  'v4ward.fixAll'({ uri, unsafe, rules }) {
    const list = judge(uri).list.filter((it) => it.fixes.some((fix) => unsafe || fix.applicability === 'safe') && (!rules || rules.includes(it.rule)));
    return { schema: 1, fixes: list.map((it) => ({ uri, rule: it.rule, title: it.fixes[0].title, pointer: it.pointer, applicability: it.fixes[0].applicability })), edit: editOf(uri, list) };
  },
  'v4ward.explain': ({ rule }) => ({ schema: 1, rule, markdown: `# ${rule}\n\nThe page of the rule, with an [other rule](other-rule.md).\n` }),
};

const overlaps = (a, b) => a.start.line <= b.end.line && b.start.line <= a.end.line;

const handlers = {
  initialize(params) {
    folder = pathOf(params.workspaceFolders?.[0]?.uri ?? pathToFileURL('/nowhere').href);
    return {
      serverInfo: { name: 'v4ward', version: '0.1.0' },
      capabilities: {
        textDocumentSync: { openClose: true, change: 1, save: true },
        codeActionProvider: { codeActionKinds: ['quickfix'] },
        codeLensProvider: {},
        hoverProvider: false,
        diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
        executeCommandProvider: { commands: Object.keys(commands) },
      },
    };
  },
  'textDocument/diagnostic'({ textDocument: { uri } }) {
    const severity = { error: 1, warning: 2, information: 3, hint: 4 };
    const items = judge(uri).list.map((it) => ({
      range: it.range, severity: severity[it.severity], source: 'v4ward', code: it.rule, message: it.message,
      codeDescription: { href: `v4ward-rule:/${it.rule}.md` },
    }));
    return { kind: 'full', items };
  },
  'textDocument/codeLens'({ textDocument: { uri } }) {
    const { definition, headline } = judge(uri);
    const lens = (title, command) => ({ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, command: { title, command, arguments: [{ uri }] } });
    return definition === 'v2' ? [lens(headline, 'v4ward.dryRun'), lens('Migrate to V4', 'v4ward.migrate'), lens('Preview V4', 'v4ward.preview')] : [];
  },
  'textDocument/codeAction'({ textDocument: { uri }, range }) {
    return judge(uri).list.filter((it) => overlaps(it.range, range)).flatMap((it) => [
      ...it.fixes.map((fix) => ({ title: fix.title, kind: 'quickfix', isPreferred: fix.applicability === 'safe', edit: editOf(uri, [it]) })),
      { title: `Explain ${it.rule}`, kind: 'quickfix', command: { title: 'Explain', command: 'v4ward.explain', arguments: [{ rule: it.rule }] } },
    ]);
  },
  'workspace/executeCommand': ({ command, arguments: [argument] }) => commands[command](argument),
  shutdown: () => null,
};

function crashIfAsked(text) {
  if (text.includes('CRASH')) {
    process.exit(1);
  }
}

const notifications = {
  'textDocument/didOpen'({ textDocument }) {
    open.set(textDocument.uri, textDocument);
    crashIfAsked(textDocument.text);
    status(textDocument.uri);
  },
  'textDocument/didChange'({ textDocument: { uri, version }, contentChanges }) {
    open.set(uri, { text: contentChanges.at(-1).text, version });
    crashIfAsked(contentChanges.at(-1).text);
    status(uri);
    request('workspace/codeLens/refresh');
  },
  'textDocument/didClose': ({ textDocument }) => open.delete(textDocument.uri),
  exit: () => process.exit(0),
};

async function receive(message) {
  if (message.id === undefined || message.method === undefined) {
    notifications[message.method]?.(message.params);
    return;
  }
  try {
    const handler = handlers[message.method];
    if (!handler) {
      throw Object.assign(new Error(`no ${message.method}`), { code: -32601 });
    }
    send({ id: message.id, result: await handler(message.params) });
  } catch (error) {
    send({ id: message.id, error: { code: error.code ?? -32603, message: `${basename(import.meta.url)}: ${error.stack}` } });
  }
}

let buffer = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const head = buffer.indexOf('\r\n\r\n');
    if (head < 0) {
      return;
    }
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, head).toString())[1]);
    if (buffer.length < head + 4 + length) {
      return;
    }
    const body = buffer.subarray(head + 4, head + 4 + length).toString();
    buffer = buffer.subarray(head + 4 + length);
    void receive(JSON.parse(body));
  }
});
process.stdin.on('end', () => process.exit(0));
