/** A variable that the construct of a function sets. Its absence is a fault of the deployment. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`the environment variable ${name} is not set`);
  }
  return value;
}
