/** The gate whose alias was invoked: the last part of the ARN, never something that the request says. */
export function gateOfAlias(invokedFunctionArn: string): string {
  const parts = invokedFunctionArn.split(':');
  const alias = parts[7];
  if (parts.length !== 8 || parts[5] !== 'function' || !/^[a-z][a-z0-9-]{1,31}$/.test(alias)) {
    throw new Error(`the normalizer must be invoked through the alias of a gate, not as ${invokedFunctionArn}`);
  }
  return alias;
}
