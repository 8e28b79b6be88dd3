/** `owner/name` of an address, the last folder of a path, or the address itself. */
export function repositoryName(address: string): string {
  const path = address.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/(\.git)?\/*$/, '');
  const parts = path.split('/').filter((part) => part !== '');
  const remote = /^https?:/i.test(address);
  return (remote ? parts.slice(-2).join('/') : parts.at(-1)) || address;
}
