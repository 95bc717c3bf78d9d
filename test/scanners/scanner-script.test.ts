import { relative } from 'node:path';
import { ScannerScript } from '../../src/scanners/scanner-script';

test('is a file of the app', () => {
  expect(ScannerScript.fromFile(__filename)._file).toBe(__filename);
});

test('may be named relative to where synth runs', () => {
  const path = relative(process.cwd(), __filename);
  expect(ScannerScript.fromFile(path)._file).toBe(path);
});

test.each(['/no/such/scan.sh', __dirname, ''])('cannot be \'%s\', which is no file', (path) => {
  expect(() => ScannerScript.fromFile(path)).toThrow(`'script' must be an existing file, got '${path}'; give the path of a bash script in the CDK app`);
});
