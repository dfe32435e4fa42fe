// Adds up what the parts of ./run test left in a folder, prints a line a part and the last line
// "N passed, N failed[, N skipped]". Exit 1 when anything failed, or a part left nothing that can be read.
// Usage: node summary.mjs RESULTS PART...
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...parts] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name), 'utf8');
const none = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

function checks(text) {
  const sum = none();
  for (const line of text.split('\n').filter(Boolean)) {
    const [verdict, name] = line.split(' ');
    if (verdict === 'passed') sum.passed++;
    else fail(sum, name);
  }
  return sum;
}

function fail(sum, name) {
  sum.failed++;
  sum.failures.push(name);
}

const unescapeXml = (s) =>
  s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');

// One ctest program is many cmocka cases: "[       OK ] name", "[  SKIPPED ] name", "[  FAILED  ] name".
// A program that crashes, leaks, hangs or runs nothing is one failure more.
function ctest(xml) {
  const sum = none();
  for (const [, attributes, body] of xml.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)) {
    const program = /name="([^"]*)"/.exec(attributes)[1];
    const fine = /status="run"/.test(attributes);
    const output = unescapeXml(/<system-out>([\s\S]*?)<\/system-out>/.exec(body)?.[1] ?? '');
    const names = (mark) => [...output.matchAll(new RegExp(`^\\[ *${mark} *\\] (?!\\d+ test)(.+)$`, 'gm'))].map((m) => m[1].trim());
    const failed = new Set(names('FAILED').map((name) => name.replace(/ \(.*\)$/, '')));
    const passed = names('OK').length;
    const skipped = new Set(names('SKIPPED').map((name) => name.replace(/ \(.*\)$/, ''))).size;
    sum.passed += passed;
    sum.skipped += skipped;
    for (const name of failed) fail(sum, `${program}: ${name}`);
    if (!fine && failed.size === 0) fail(sum, `${program}: ended badly`);
    if (fine && passed + skipped + failed.size === 0) fail(sum, `${program}: ran no test`);
  }
  return sum;
}

// vitest --reporter=json
function vitest(text) {
  const sum = none();
  for (const file of JSON.parse(text).testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') sum.passed++;
      else if (test.status === 'failed') fail(sum, test.fullName);
      else sum.skipped++;
    }
    const bad = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !bad) fail(sum, `${file.name}: ${file.message.split('\n')[0]}`);
  }
  return sum;
}

// playwright --reporter=json
function playwright(text) {
  const sum = none();
  const report = JSON.parse(text);
  const walk = (suite) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'skipped') sum.skipped++;
        else if (test.status === 'expected') sum.passed++;
        else fail(sum, `${spec.file}: ${spec.title}`); // a flaky one too: it failed once
      }
    for (const inner of suite.suites ?? []) walk(inner);
  };
  for (const suite of report.suites) walk(suite);
  for (const error of report.errors ?? []) fail(sum, error.message.split('\n')[0]);
  return sum;
}

const readers = {
  checks: () => checks(read('checks.txt')),
  unit: () => ctest(read('unit.xml')),
  store: () => ctest(read('store.xml')),
  web: () => vitest(read('web.json')),
  api: () => vitest(read('api.json')),
  browser: () => playwright(read('browser.json')),
};

const total = none();
console.log('');
for (const part of parts) {
  let sum;
  try {
    sum = readers[part]();
    if (sum.passed + sum.failed + sum.skipped === 0) fail(sum, 'ran no test');
  } catch (error) {
    sum = none();
    fail(sum, `left no result: ${error.message}`);
  }
  for (const key of ['passed', 'failed', 'skipped']) total[key] += sum[key];
  console.log(`  ${part.padEnd(8)} ${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
  for (const name of sum.failures) console.log(`           ✗ ${name}`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed ? 1 : 0);
