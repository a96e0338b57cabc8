-- Drives `v4ward lsp` from Neovim as a user does: with the client that Neovim has built in (0.7 and later).
-- run.sh starts it. Works in the current folder, which has copies of the repository's examples.

local binary = assert(os.getenv('V4WARD_BINARY'), 'V4WARD_BINARY is not set')
local folder = vim.fn.getcwd()
local PATIENCE = 20000

local function read(file)
  local handle = assert(io.open(folder .. '/' .. file, 'rb'))
  local bytes = handle:read('*a')
  handle:close()
  return bytes
end

local function exists(file)
  return vim.loop.fs_stat(folder .. '/' .. file) ~= nil
end

local function write(file, bytes)
  local handle = assert(io.open(folder .. '/' .. file, 'wb'))
  handle:write(bytes)
  handle:close()
end

local function uri(file)
  return vim.uri_from_fname(folder .. '/' .. file)
end

--- Fails with both values when they differ.
local function equal(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(('%s: expected %s, got %s'):format(what, vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

local function truthy(value, what, shown)
  if not value then
    error(what .. (shown == nil and '' or (': ' .. vim.inspect(shown))), 2)
  end
  return value
end

--- Waits until `condition` gives something true; gives that back.
local function wait(what, condition, shown)
  local result
  local came = vim.wait(PATIENCE, function()
    result = condition()
    return result
  end, 20)
  if not came then
    error(('waited %d s in vain: %s%s'):format(PATIENCE / 1000, what, shown and (': ' .. vim.inspect(shown())) or ''), 2)
  end
  return result
end

-- The client, as docs/editors.md sets it up.

local exit_code
local messages = {}
local client_id = vim.lsp.start_client({
  name = 'v4ward',
  cmd = { binary, 'lsp' },
  root_dir = folder,
  workspace_folders = { { name = 'test', uri = vim.uri_from_fname(folder) } },
  init_options = { settings = {} },
  settings = { v4ward = {} },
  handlers = {
    ['window/showMessage'] = function(_, result)
      table.insert(messages, result.message)
    end,
  },
  on_exit = function(code, signal)
    exit_code = signal ~= 0 and ('signal ' .. signal) or code
  end,
})
assert(client_id, 'the server does not start')

local function client()
  return assert(vim.lsp.get_client_by_id(client_id), 'the server has ended')
end

--- Opens a file and attaches the client; gives the buffer.
local function open(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(folder .. '/' .. file))
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client_id)
  wait('the server is ready', function()
    return client().initialized
  end)
  return buffer
end

--- A request; an error is thrown.
local function request(method, params, buffer)
  local response, reason = client().request_sync(method, params, PATIENCE, buffer or 0)
  if not response then
    error(method .. ': no answer: ' .. tostring(reason), 2)
  end
  if response.err then
    error(method .. ': ' .. vim.inspect(response.err), 2)
  end
  return response.result
end

local function command(name, argument)
  return request('workspace/executeCommand', { command = name, arguments = { argument } })
end

--- A command that must be refused; gives the error.
local function refused(name, argument)
  local response = client().request_sync('workspace/executeCommand', { command = name, arguments = { argument } }, PATIENCE, 0)
  return truthy(response and response.err, name .. ' is not refused', response)
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
end

--- The rules that are found in a buffer, sorted, with their lines (from 1): `rule:line`.
local function found(buffer)
  local rules = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local code = diagnostic.code or ((diagnostic.user_data or {}).lsp or {}).code
    table.insert(rules, ('%s:%d'):format(code, diagnostic.lnum + 1))
  end
  table.sort(rules)
  return rules
end

local function has(buffer, rule)
  for _, each in ipairs(found(buffer)) do
    if vim.startswith(each, rule .. ':') then
      return each
    end
  end
end

local function wait_for(buffer, rule)
  return wait('the finding ' .. rule, function()
    return has(buffer, rule)
  end, function()
    return found(buffer)
  end)
end

local function wait_gone(buffer, rule)
  wait('no finding ' .. rule .. ' any more', function()
    return not has(buffer, rule)
  end, function()
    return found(buffer)
  end)
end

--- Puts the cursor on the first place of a text (plain), and gives line (from 0) and column (bytes, from 0).
local function go_to(buffer, wanted)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, true)) do
    local column = line:find(wanted, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 })
      return number - 1, column - 1
    end
  end
  error('the buffer has no ' .. wanted, 2)
end

--- Neovim's own code actions at the cursor; takes the one with this title. Gives all titles.
local function code_action(title, options)
  local titles
  local select = vim.ui.select
  vim.ui.select = function(items, opts, choose)
    titles = vim.tbl_map(opts.format_item or tostring, items)
    for _, item in ipairs(items) do
      if vim.startswith((opts.format_item or tostring)(item), title) then
        return choose(item)
      end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action(options)
  local asked = vim.wait(PATIENCE, function()
    return titles
  end, 20)
  vim.ui.select = select
  truthy(asked, 'no code actions at the cursor')
  for _, each in ipairs(titles) do
    if vim.startswith(each, title) then
      return titles
    end
  end
  error(('no code action "%s", only %s'):format(title, vim.inspect(titles)), 2)
end

local steps = {}
local function step(name, run)
  table.insert(steps, { name = name, run = run })
end

local billing

step('diagnostics: what the command line finds, where it finds it', function()
  billing = open('billing.json')
  local output = vim.fn.system({ binary, 'check', '--format', 'json', folder .. '/billing.json' })
  local expected = {}
  for _, file in ipairs(vim.fn.json_decode(output).files) do
    for _, finding in ipairs(file.findings) do
      table.insert(expected, ('%s:%d'):format(finding.rule, finding.range.start.line + 1))
    end
  end
  table.sort(expected)
  truthy(#expected > 3, 'the example has findings', expected)
  wait('diagnostics', function()
    return #vim.diagnostic.get(billing) > 0
  end)
  equal(found(billing), expected, 'findings')
  for _, diagnostic in ipairs(vim.diagnostic.get(billing)) do
    equal(diagnostic.source, 'v4ward', 'source')
  end
end)

step('code action: one fix, and undone in one step', function()
  local before = text(billing)
  go_to(billing, '{ "name": "ledger-main"')
  local titles = code_action('Write "inherit": false')
  wait('the edit', function()
    return text(billing) ~= before
  end)
  local line = vim.api.nvim_buf_get_lines(billing, 17, 18, true)[1]
  truthy(line:find('"ledger-main"', 1, true) and line:find('"inherit": false', 1, true), 'the line has the new key', line)
  local after = text(billing)
  equal(after:gsub(',%s*"inherit": false', '', 1), before, 'nothing else has changed')
  wait_gone(billing, 'endpoint-inherit-missing')
  truthy(#titles > 1, 'there are further actions (explain, fix all, migrate)', titles)
  vim.cmd('undo')
  equal(text(billing), before, 'undo')
  wait_for(billing, 'endpoint-inherit-missing')
end)

step('code action: all safe fixes', function()
  local before = text(billing)
  -- Without a choice to make Neovim may apply it at once; both ways are right.
  local result = request('textDocument/codeAction', {
    textDocument = { uri = uri('billing.json') },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } },
    context = { diagnostics = {}, only = { 'source.fixAll' } },
  }, billing)
  equal(#result, 1, 'actions of the kind source.fixAll')
  local action = result[1]
  equal(action.kind, 'source.fixAll.v4ward', 'kind')
  if not action.edit then
    action = request('codeAction/resolve', action, billing)
  end
  vim.lsp.util.apply_workspace_edit(action.edit, client().offset_encoding)
  for _, rule in ipairs({ 'endpoint-inherit-missing', 'health-check-assertions', 'groovy-multiple-scripts' }) do
    wait_gone(billing, rule)
  end
  wait_for(billing, 'policy-not-compatible')
  vim.cmd('undo')
  equal(text(billing), before, 'undo')
  wait_for(billing, 'groovy-multiple-scripts')
end)

step('typing: half a text is still checked, columns are right behind an emoji', function()
  local before = vim.api.nvim_buf_get_lines(billing, 0, -1, true)
  vim.api.nvim_buf_set_lines(billing, 5, 6, true, { '  "labels": ["héllo 😀"], "execution_mode": "v3",' })
  wait('the finding behind the emoji', function()
    for _, diagnostic in ipairs(vim.diagnostic.get(billing)) do
      local line = vim.api.nvim_buf_get_lines(billing, 5, 6, true)[1]
      local column = line:find('"v3"', 1, true) - 1
      if diagnostic.lnum == 5 and diagnostic.col == column and diagnostic.end_col == column + 4 then
        return true
      end
    end
  end, function()
    return vim.diagnostic.get(billing)
  end)
  -- A key that is being typed.
  vim.api.nvim_buf_set_lines(billing, 1, 1, true, { '  "descr' })
  wait('the syntax error', function()
    for _, diagnostic in ipairs(vim.diagnostic.get(billing)) do
      if diagnostic.lnum <= 2 and diagnostic.severity == vim.diagnostic.severity.ERROR then
        return true
      end
    end
  end, function()
    return vim.diagnostic.get(billing)
  end)
  vim.api.nvim_buf_set_lines(billing, 0, -1, true, before)
  wait('the findings of before', function()
    return has(billing, 'emulation-engine-required') == 'emulation-engine-required:6'
  end)
end)

step('hover', function()
  local line, column = go_to(billing, '"v3"')
  local result = request('textDocument/hover', {
    textDocument = { uri = uri('billing.json') },
    position = { line = line, character = column + 1 },
  }, billing)
  local lines = vim.lsp.util.convert_input_to_markdown_lines(result.contents)
  local shown = table.concat(lines, '\n')
  truthy(shown:find('emulation', 1, true), 'the hover tells the finding', shown)
end)

step('dry run: the verdict, and that the buffer counts', function()
  local result = command('v4ward.dryRun', { uri = uri('billing.json') })
  equal(result.schema, 1, 'schema')
  equal(result.verdict, 'not-migratable', 'verdict')
  equal(result.name, 'Billing', 'name')
  truthy(#result.findings > 3, 'findings', result.findings)
end)

step('an argument that is none of ours is refused', function()
  refused('v4ward.migrate', { uri = uri('billing.json'), nonsense = true })
  refused('v4ward.migrate', { uri = 'file:///etc/passwd' })
end)

step('what is not migratable is not migrated', function()
  local result = command('v4ward.migrate', { uri = uri('billing.json') })
  equal(result.results[1].status, 'refused', 'status')
  truthy(not exists('billing.v4.json'), 'a file was written')
end)

step('preview: the V4 text, and nothing on disk', function()
  open('tracking.json')
  local result = command('v4ward.preview', { uri = uri('tracking.json') })
  local definition = vim.fn.json_decode(truthy(result.text, 'no text', result))
  truthy(vim.inspect(definition):find('V4', 1, true), 'it is a V4 definition', definition)
  truthy(not exists('tracking.v4.json'), 'a file was written')
end)

step('migrate: the V4 file is there, the V2 bytes are what they were', function()
  open('parcels.json')
  local before = read('parcels.json')
  local result = command('v4ward.migrate', { uri = uri('parcels.json') })
  equal(result.results[1].status, 'written', 'status')
  equal(result.summary.written, 1, 'written')
  equal(vim.uri_to_fname(result.results[1].output), folder .. '/parcels.v4.json', 'output')
  equal(read('parcels.json'), before, 'the V2 file')
  local preview = command('v4ward.preview', { uri = uri('parcels.json') })
  equal(read('parcels.v4.json'), preview.text, 'the V4 file is the preview')
  local again = command('v4ward.migrate', { uri = uri('parcels.json') })
  equal(again.results[1].status, 'up-to-date', 'the second time')
end)

step('definition: from V2 to V4 and back', function()
  local parcels = open('parcels.json')
  local line, column = go_to(parcels, '"Parcels"')
  local function definition(file, position, buffer)
    local result = request('textDocument/definition', { textDocument = { uri = uri(file) }, position = position }, buffer)
    local place = truthy(vim.tbl_islist(result) and result[1] or result, 'no definition', result)
    return place.uri or place.targetUri, (place.range or place.targetSelectionRange).start
  end
  local target, place = definition('parcels.json', { line = line, character = column + 1 }, parcels)
  equal(vim.uri_to_fname(target), folder .. '/parcels.v4.json', 'the V4 file')
  local generated = vim.split(read('parcels.v4.json'), '\n')[place.line + 1]
  truthy(generated:find('Parcels', 1, true), 'the place in it', generated)
  local v4 = open('parcels.v4.json')
  local v4_line, v4_column = go_to(v4, '"Parcels"')
  local back = definition('parcels.v4.json', { line = v4_line, character = v4_column + 1 }, v4)
  equal(vim.uri_to_fname(back), folder .. '/parcels.json', 'back')
end)

step('rollback: removes what nobody changed, keeps what somebody changed', function()
  local result = command('v4ward.rollback', { uri = uri('parcels.json') })
  equal(result.status, 'removed', 'status')
  truthy(not exists('parcels.v4.json'), 'the file is gone')
  equal(command('v4ward.rollback', { uri = uri('parcels.json') }).status, 'absent', 'the second time')
  vim.cmd('bwipeout! parcels.v4.json')

  command('v4ward.migrate', { uri = uri('parcels.json') })
  local changed = read('parcels.v4.json'):gsub('"Parcels"', '"Parcels of ours"')
  write('parcels.v4.json', changed)
  equal(command('v4ward.rollback', { uri = uri('parcels.json') }).status, 'changed', 'a changed file')
  equal(read('parcels.v4.json'), changed, 'the changed file')
  equal(command('v4ward.migrate', { uri = uri('parcels.json') }).results[1].refusal, 'exists', 'migrating over it')
  equal(command('v4ward.rollback', { uri = uri('parcels.json'), force = true }).status, 'removed', 'with force')
  truthy(not exists('parcels.v4.json'), 'the file is gone')
end)

step('explain', function()
  local result = command('v4ward.explain', { rule = 'duplicate-key' })
  truthy(result.markdown:find('duplicate-key', 1, true), 'the page', result)
end)

step('fix all: the server edits the buffer', function()
  vim.cmd('buffer ' .. billing)
  local before = text(billing)
  local result = command('v4ward.fixAll', { uri = uri('billing.json') })
  truthy(#result.fixes >= 3, 'fixes', result.fixes)
  wait('the edit', function()
    return text(billing) ~= before
  end)
  wait_gone(billing, 'endpoint-inherit-missing')
  equal(read('billing.json'), before .. '\n', 'nothing is saved')
  vim.cmd('undo')
  equal(text(billing), before, 'undo')
end)

step('a file that is no definition gets nothing', function()
  write('package.json', '{\n  "name": "x",\n  "name": "y"\n}\n')
  local buffer = open('package.json')
  -- Whatever it would say it would say before this answer.
  local hover = request('textDocument/hover', { textDocument = { uri = uri('package.json') }, position = { line = 1, character = 4 } }, buffer)
  truthy(hover == nil or hover == vim.NIL, 'a hover', hover)
  local lens = request('textDocument/codeLens', { textDocument = { uri = uri('package.json') } }, buffer)
  truthy(lens == nil or lens == vim.NIL or #lens == 0, 'lenses', lens)
  equal(found(buffer), {}, 'findings')
end)

local RESOURCE = [[
# Kept by hand.
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: post-office
spec:
  name: Pöst 😀
  version: "1"
  description: Letters
  proxy:
    virtual_hosts:
    - path: /post
    groups:
    - name: default
      endpoints:
      - name: counter # the only one
        type: http
        target: https://post.example.com
  plans:
  - name: Free
    description: For all
    security: KEY_LESS
    status: PUBLISHED
]]

step('YAML: a finding, its fix with comments kept, undone in one step', function()
  write('post.yaml', RESOURCE)
  local buffer = open('post.yaml')
  wait_for(buffer, 'endpoint-inherit-missing')
  go_to(buffer, 'name: counter')
  code_action('Write inherit: false')
  wait_gone(buffer, 'endpoint-inherit-missing')
  local after = text(buffer)
  truthy(after:find('    target: https://post.example.com\n        inherit: false\n', 1, true), 'the fix', after)
  truthy(after:find('name: counter # the only one', 1, true), 'the comment', after)
  vim.cmd('undo')
  equal(text(buffer) .. '\n', RESOURCE, 'undo')
end)

step('YAML: the V4 resource is there, the V2 bytes are what they were, and it goes away again', function()
  open('post.yaml')
  local result = command('v4ward.migrate', { uri = uri('post.yaml') })
  equal(result.results[1].status, 'written', 'status')
  equal(vim.uri_to_fname(result.results[1].output), folder .. '/post.v4.yaml', 'output')
  equal(read('post.yaml'), RESOURCE, 'the V2 file')
  truthy(read('post.v4.yaml'):find('kind: ApiV4Definition', 1, true), 'the V4 file', read('post.v4.yaml'))
  equal(command('v4ward.rollback', { uri = uri('post.yaml') }).status, 'removed', 'roll back')
end)

step('YAML of others gets nothing', function()
  write('values.yaml', 'home: https://gravitee.io/\nkind: [\n')
  local buffer = open('values.yaml')
  local lens = request('textDocument/codeLens', { textDocument = { uri = uri('values.yaml') } }, buffer)
  truthy(lens == nil or lens == vim.NIL or #lens == 0, 'lenses', lens)
  equal(found(buffer), {}, 'findings')
end)

step('the server ends when it is told to', function()
  client().stop()
  wait('the end', function()
    return exit_code ~= nil
  end)
  equal(exit_code, 0, 'exit code')
end)

-- From here on without the client above: what docs/editors.md tells people to write into their init.lua.

--- The Lua blocks of docs/editors.md that work in this version and hold one of these words.
local function documented(words)
  local page = assert(io.open(assert(os.getenv('V4WARD_EDITORS_PAGE')), 'r')):read('*a')
  local blocks = {}
  for block in page:gmatch('```lua\n(.-)```') do
    for _, word in ipairs(words) do
      if block:find(word, 1, true) then
        table.insert(blocks, block)
      end
    end
  end
  equal(#blocks, #words, 'blocks of docs/editors.md')
  return table.concat(blocks)
end

step('docs/editors.md: the configuration starts the server', function()
  vim.cmd('silent! %bwipeout!')
  assert(load(documented({ 'start_client', 'V4Migrate' }), 'docs/editors.md'))()
  vim.cmd('edit ' .. folder .. '/tracking.json')
  local buffer = vim.api.nvim_get_current_buf()
  equal(vim.bo[buffer].filetype, 'json', 'file type')
  wait_for(buffer, 'policy-not-gravitee')
  vim.cmd('edit ' .. folder .. '/post.yaml')
  equal(vim.bo.filetype, 'yaml', 'file type')
  wait_for(vim.api.nvim_get_current_buf(), 'endpoint-inherit-missing')
  vim.cmd('edit ' .. folder .. '/tracking.json')
end)

step('docs/editors.md: the commands', function()
  local told = {}
  local notify = vim.notify
  vim.notify = function(message)
    table.insert(told, message)
  end
  local function expect(message)
    wait('to be told ' .. message, function()
      for _, each in ipairs(told) do
        if each:find(message, 1, true) then
          return true
        end
      end
    end, function()
      return told
    end)
    told = {}
  end
  vim.cmd('V4Migrate')
  expect('v4ward: refused')
  truthy(not exists('tracking.v4.json'), 'a file was written')
  vim.cmd('V4Migrate!')
  expect('v4ward: written')
  truthy(exists('tracking.v4.json'), 'no file was written')
  wait('the V4 file is shown', function()
    return vim.api.nvim_buf_get_name(0) == folder .. '/tracking.v4.json'
  end)
  vim.cmd('wincmd p')
  equal(vim.api.nvim_buf_get_name(0), folder .. '/tracking.json', 'the other window')
  vim.cmd('V4RollBack')
  expect('v4ward: ')
  truthy(not exists('tracking.v4.json'), 'the file is gone')
  vim.cmd('V4FixAll')
  expect('0 fixes')
  vim.cmd('V4Preview')
  wait('the preview', function()
    return vim.bo.buftype == 'nofile' and text(0):find('"definitionVersion": "V4"', 1, true)
  end, function()
    return text(0)
  end)
  vim.notify = notify
end)

local passed, failed = 0, 0
for number, each in ipairs(steps) do
  local start = vim.loop.hrtime()
  local ok, problem = xpcall(each.run, function(message)
    return debug.traceback(message, 2)
  end)
  local milliseconds = (vim.loop.hrtime() - start) / 1e6
  print(('%s %6.0f ms  %s\n'):format(ok and 'passed' or 'FAILED', milliseconds, each.name))
  if ok then
    passed = passed + 1
  else
    failed = failed + 1
    print((tostring(problem):gsub('\n', '\n    ')) .. '\n')
    -- Later steps build on the first one.
    if number == 1 then
      break
    end
  end
end
print(('%d passed, %d failed, %d not run\n'):format(passed, failed, #steps - passed - failed))
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')
