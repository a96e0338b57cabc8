// Copies the list of rules from schemas/v4ward.schema.json into the setting v4ward.rules of package.json.
// `npm test` fails where they differ.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const manifestFile = new URL('package.json', root);
const schema = JSON.parse(readFileSync(new URL('../schemas/v4ward.schema.json', root), 'utf8'));
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));

for (const { properties } of manifest.contributes.configuration) {
  if (properties['v4ward.rules']) {
    properties['v4ward.rules'].properties = schema.properties.rules.properties;
  }
}
writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
