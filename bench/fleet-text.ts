/** A topology and keys file of many clusters, one router and plain nodes each, as a person's tool would write them. */
export function fleetText(clusters: number, nodes: number): { topology: string; keys: string } {
  const topology = ['version: 1', 'name: bench', 'wireguard: { subnet: 10.255.0.0/16 }'];
  topology.push('hub: { endpoint: 203.0.113.1, tunnel: 10.255.255.1 }', 'clusters:');
  const keys = [`hub: { wireguard: '${key(0)}', ssh: ['${hostKey(0)}'] }`];
  for (let c = 0; c < clusters; c++) {
    const [high, low] = [c >> 8, c & 255];
    // The first address of the tunnel's subnet is its network's.
    const tunnel = `10.255.${(c + 1) >> 8}.${(c + 1) & 255}`;
    topology.push(
      `  c${String(c).padStart(4, '0')}:`,
      `    subnet: 10.${high}.${low}.0/24`,
      `    podCIDR: 10.${64 + high}.${low}.0/24`,
      `    serviceCIDR: 10.${128 + high}.${low}.0/24`,
      '    nodes:',
    );
    for (let n = 0; n < nodes; n++) {
      const address = `10.${high}.${low}.${10 + n}`;
      const id = 1 + c * nodes + n;
      const host = `c${String(c).padStart(4, '0')}/n${n}`;
      topology.push(
        n === 0 ? `      n0: { address: ${address}, tunnel: ${tunnel} }` : `      n${n}: ${address}`,
      );
      keys.push(
        n === 0
          ? `${host}: { wireguard: '${key(id)}', ssh: ['${hostKey(id)}'] }`
          : `${host}: { ssh: ['${hostKey(id)}'] }`,
      );
    }
  }
  return { topology: `${topology.join('\n')}\n`, keys: `${keys.join('\n')}\n` };
}

function bytes(id: number): Buffer {
  const buffer = Buffer.alloc(32, 7);
  buffer.writeUInt32BE(id);
  return buffer;
}

function key(id: number): string {
  return bytes(id).toString('base64');
}

function hostKey(id: number): string {
  const head = Buffer.from([0, 0, 0, 11]);
  const size = Buffer.from([0, 0, 0, 32]);
  return `ssh-ed25519 ${Buffer.concat([head, Buffer.from('ssh-ed25519'), size, bytes(id)]).toString('base64')}`;
}
