import { RequiredGates } from '../../src/gates/required-gates';

test('are those that were named', () => {
  expect(RequiredGates.of('secrets', 'image').ids).toEqual(['secrets', 'image']);
});

test('cannot be none', () => {
  expect(() => RequiredGates.of()).toThrow('\'requiredGates\' must name at least one gate, got []; name the gates of the pipeline, like \'image\'');
});

test.each(['', 'Image', 'image code', '*'])('cannot be \'%s\'', (gateId) => {
  const message = `'requiredGates' must be 2 to 32 lower-case letters, digits or hyphens and start with a letter, got '${gateId}'; choose an id like 'licences'`;
  expect(() => RequiredGates.of(gateId)).toThrow(message);
  expect(() => RequiredGates.of('image').add(gateId)).toThrow(message);
  expect(() => RequiredGates.of('image').plus(gateId)).toThrow(message);
});

test('can become more', () => {
  const gates = RequiredGates.of('image');
  gates.add('licences');
  expect(gates.ids).toEqual(['image', 'licences']);
});

test('name each gate once', () => {
  const gates = RequiredGates.of('image', 'image').plus('image', 'registry');
  gates.add('registry');
  expect(gates.ids).toEqual(['image', 'registry']);
});

test('of a later stage are those of the earlier one, also those that it gets later, and further ones', () => {
  const release = RequiredGates.of('image');
  const production = release.plus('registry').plus('dynamic');
  release.add('licences');
  expect(production.ids).toEqual(['image', 'licences', 'registry', 'dynamic']);
});

test('of an earlier stage do not get those of a later one', () => {
  const release = RequiredGates.of('image');
  release.plus('registry').add('dynamic');
  expect(release.ids).toEqual(['image']);
});

test('have no way to become fewer', () => {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(RequiredGates.prototype))
    .filter(([, { value, set }]) => value || set).map(([name]) => name);
  expect(methods.filter((name) => !name.startsWith('_')).sort()).toEqual(['add', 'constructor', 'plus']);
});
