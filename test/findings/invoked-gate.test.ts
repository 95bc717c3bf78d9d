import { gateOfAlias } from '../../src/findings/invoked-gate';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:normalizer';

test.each(['aws', 'aws-us-gov', 'aws-cn'])('is the alias that was invoked, in the partition %s', (partition) => {
  expect(gateOfAlias(`arn:${partition}:lambda:eu-central-1:111122223333:function:normalizer:image`)).toBe('image');
});

test.each([
  ['the function itself', FUNCTION],
  ['$LATEST', `${FUNCTION}:$LATEST`],
  ['a version', `${FUNCTION}:7`],
  ['an alias with more behind it', `${FUNCTION}:image:code`],
  ['an alias that is no gate id', `${FUNCTION}:Image`],
  ['nothing', ''],
  ['an ARN of something else', 'arn:aws:lambda:eu-central-1:111122223333:layer:normalizer:image'],
])('is unknown for %s', (_, arn) => {
  expect(() => gateOfAlias(arn)).toThrow(`the normalizer must be invoked through the alias of a gate, not as ${arn}`);
});
