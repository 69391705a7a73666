/** The keys file beside a topology: `topology.keys.yaml` for `topology.yaml`. */
export function keysFileOf(file: string): string {
  return file.replace(/(\.ya?ml)?$/, (ending) => `.keys${ending === '' ? '.yaml' : ending}`);
}
